/** Writes zip archives, the few bytes of the format that a run-log archive needs. */
import { crc32, deflateRawSync } from 'node:zlib';

const utf8Names = 0x0800;
const deflated = 8;

/** An archive with these files, in this order. */
export function zip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const common = Buffer.concat([
      numbers([20, 2], [utf8Names, 2], [deflated, 2], [0, 2], [0x21, 2]),
      numbers([crc32(bytes), 4], [packed.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]),
    ]);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, packed]);
    bodies.push(local);
    directory.push(
      Buffer.from('PK\u0001\u0002'),
      numbers([20, 2]),
      common,
      numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
      name,
    );
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = bodies.length;
  const end = Buffer.concat([
    Buffer.from('PK\u0005\u0006'),
    numbers([0, 2], [0, 2], [count, 2], [count, 2], [central.length, 4], [offset, 4], [0, 2]),
  ]);
  return Buffer.concat([...bodies, central, end]);
}

/** Little-endian numbers, each with its width in bytes. */
function numbers(...parts: readonly (readonly [value: number, bytes: number])[]): Buffer {
  const width = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  const buffer = Buffer.alloc(width);
  let at = 0;
  for (const [value, bytes] of parts) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
