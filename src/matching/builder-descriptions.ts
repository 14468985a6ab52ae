/**
 * What a log says about builders: driver and BuildKit version, in the four forms that Buildx and the
 * actions print. Each source has its rank; a better one replaces a worse one.
 */
import type { PlacedLine } from './context.ts';

export interface BuilderDescription {
  readonly name: string;
  readonly driver: string | null;
  readonly buildkit: { readonly version: string; readonly line: number } | null;
}

interface Known {
  driver: string | null;
  version: { text: string; line: number; rank: number } | null;
}

// docker/setup-buildx-action's own group beats the JSON, the JSON beats Buildx's text, and an image
// tag counts only when it is an exact version: `buildx-stable-1` moves.
const sourceRank = { versionGroup: 4, json: 3, inspect: 2, imageTag: 1 } as const;
const versionLine = /^(\S+): (\S+)$/;
const inspectLine = /^(Name|Driver|BuildKit version|Buildkit|Driver Options): +(.+)$/;
const imageTag = /moby\/buildkit:(v\d+\.\d+\.\d+(?:(?!-rootless)[^\s"',])*)/;
// A number or a revision; a builder that would not tell prints `undefined`.
const isVersion = /^v?\d|^[0-9a-f]{7,40}$/;
/** In these groups every line is read. */
export const describingGroups: ReadonlySet<string> = new Set([
  'Builder info',
  'Inspect builder',
  'BuildKit version',
]);
const maxJsonLength = 256 * 1024;
const maxBuilders = 500;

export class BuilderDescriptions {
  readonly #known = new Map<string, Known>();
  #json = '';
  #jsonLine = 0;
  #inspected: string | null = null;

  /** Reads a line; the name of the builder when the line completes its `Builder info`. */
  observe({ line, group }: PlacedLine): string | null {
    const { text } = line;
    if (group === 'Builder info' || group === 'Inspect builder')
      return this.#readJson(line.number, text);
    if (group === 'BuildKit version') this.#readVersionLine(line.number, text);
    else this.#readInspect(line.number, text);
    return null;
  }

  /** The options of `buildx create`, read before anything has been inspected. */
  observeCreate(name: string, driver: string | null, command: string, line: number): void {
    this.#learn(name, driver, imageTag.exec(command)?.[1], line, sourceRank.imageTag);
  }

  describe(name: string): BuilderDescription {
    const known = this.#known.get(name);
    const version = known?.version ?? null;
    return {
      name,
      driver: known?.driver ?? null,
      buildkit: version === null ? null : { version: version.text, line: version.line },
    };
  }

  #readJson(number: number, text: string): string | null {
    if (text === '{') {
      this.#json = '';
      this.#jsonLine = number;
    }
    if (this.#json.length < maxJsonLength) this.#json += `${text}\n`;
    if (text !== '}') return null;
    const builder = parseObject(this.#json);
    const name = stringAt(builder, 'name');
    if (name === null) return null;
    const nodes = Array.isArray(builder['nodes']) ? builder['nodes'] : [];
    // Before 2.4 the action printed its own JSON, with `node_buildkit` beside the name.
    const version =
      nodes.map((node) => stringAt(node, 'buildkit')).find((value) => value !== null) ??
      stringAt(builder, 'node_buildkit');
    this.#learn(name, stringAt(builder, 'driver'), version, this.#jsonLine, sourceRank.json);
    return name;
  }

  #readVersionLine(number: number, text: string): void {
    const [, node, version] = versionLine.exec(text) ?? [];
    if (node === undefined) return;
    const builder = [...this.#known.keys()].find((name) => isNodeOf(name, node));
    this.#learn(
      builder ?? node.replace(/\d+$/, ''),
      null,
      version,
      number,
      sourceRank.versionGroup,
    );
  }

  /** `Name:` comes twice, for the builder and then for its node. */
  #readInspect(number: number, text: string): void {
    const [, key, value = ''] = inspectLine.exec(text) ?? [];
    if (key === undefined) return;
    if (key === 'Name') {
      if (this.#inspected === null || !isNodeOf(this.#inspected, value)) this.#inspected = value;
      return;
    }
    const name = this.#inspected;
    if (name === null) return;
    if (key === 'Driver') this.#learn(name, value, null, number, sourceRank.inspect);
    else if (key === 'Driver Options') {
      this.#learn(name, null, imageTag.exec(value)?.[1], number, sourceRank.imageTag);
    } else this.#learn(name, null, value, number, sourceRank.inspect);
  }

  #learn(
    name: string,
    driver: string | null,
    version: string | null | undefined,
    line: number,
    rank: number,
  ): void {
    const known = this.#known.get(name) ?? { driver: null, version: null };
    if (!this.#known.has(name) && this.#known.size >= maxBuilders) return;
    known.driver ??= driver;
    if (version && isVersion.test(version) && rank > (known.version?.rank ?? 0)) {
      known.version = { text: version, line, rank };
    }
    this.#known.set(name, known);
  }
}

/** A node is named after its builder, with its index behind. */
function isNodeOf(builder: string, node: string): boolean {
  return node.startsWith(builder) && /^\d+$/.test(node.slice(builder.length));
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {}; // a masked or cut JSON tells nothing
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringAt(value: unknown, key: string): string | null {
  const member = isObject(value) ? value[key] : null;
  return typeof member === 'string' && member !== '' ? member : null;
}
