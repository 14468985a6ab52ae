/** Lines of the Go test runner among those that were passed over. AssemblyScript; see find.ts. */
import { isStamp, lineStart, SPACE, STAMP_LENGTH } from './bytes';

const ESC: u8 = 0x1b;
/** `=== `, `--- ` and `_test.go`, as they lie in memory. */
const EQUALS: u32 = 0x203d3d3d;
const DASHES: u32 = 0x202d2d2d;
const TEST_FILE: u64 = 0x6f672e747365745f;

/** The last line that may be the Go test runner's among the `lines` lines before `to` in [lo, to); else 0. */
export function testLine(lo: usize, to: usize, lines: u32): usize {
  for (; to > lo && lines > 0; lines--) {
    const start = lineStart(to - 1, lo);
    if (mayBeTest(start, to)) return start;
    to = start;
  }
  return 0;
}

/** As context.ts would say; true also where only the decoded text can tell. */
function mayBeTest(p: usize, end: usize): bool {
  if (isStamp(p)) {
    p += STAMP_LENGTH;
    if (load<u8>(p) == SPACE) p++;
  }
  if (load<u32>(p) == EQUALS || v128.any_true(i8x16.eq(v128.load(p), i8x16.splat(ESC)))) return true;
  const edge = p;
  while (p < end && (load<u8>(p) == SPACE || load<u8>(p) - 9 < 5)) p++;
  if (load<u8>(p) >= 0x80 || load<u32>(p) == DASHES) return true;
  if (p == edge) return false;
  for (; p < end; p++) if (load<u64>(p) == TEST_FILE || load<u8>(p) == ESC) return true;
  return false;
}
