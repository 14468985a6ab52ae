/**
 * Job logs to measure on, made from a seed: the same bytes on every machine. Their form is that of real
 * jobs (steps, groups, echoed scripts, one build with its vertices), and most of their bytes are what the
 * programs in RUN steps and tests print.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Xorshift: small, and the same everywhere. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % limit;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.below(0x10000000).toString(16).padStart(7, '0');
    return text.slice(0, length);
  }
}

const words: readonly [string, ...string[]] = [
  'linux',
  ...'build cache layer module service worker package runtime config deploy frontend backend'.split(
    ' ',
  ),
  ...'release client server handler metrics storage network image kernel compiler'.split(' '),
];
const escape = '\u001B[';

type Line = (r: Random) => string;
const word: Line = (r) => r.pick(words);
const version: Line = (r) => `${r.below(20)}.${r.below(40)}.${r.below(100)}`;
const sourceFile: Line = (r) =>
  `src/${word(r)}/${word(r)}-${word(r)}/${word(r)}.${r.pick(['go', 'ts', 'py', 'c', 'rs'])}`;

/** What programs print. */
const output: readonly [Line, ...Line[]] = [
  (r) =>
    `Get:${r.below(300)} http://deb.debian.org/debian bookworm/main amd64 lib${word(r)}${r.below(9)} amd64 ${version(r)}-${r.below(9)} [${r.below(999)} kB]`,
  (r) => `Unpacking lib${word(r)}${r.below(9)}:amd64 (${version(r)}-${r.below(9)}) ...`,
  (r) => `Setting up ${word(r)}-${word(r)} (${version(r)}) ...`,
  (r) =>
    `npm warn deprecated ${word(r)}@${version(r)}: This version is no longer supported. Please upgrade to the latest`,
  (r) => `  Downloading ${word(r)}-${version(r)}-py3-none-any.whl (${r.below(900)} kB)`,
  (r) => `go: downloading github.com/${word(r)}/${word(r)} v${version(r)}`,
  (r) =>
    `[${r.below(4000)}/7000] Building CXX object src/${word(r)}/CMakeFiles/${word(r)}.dir/${sourceFile(r)}.o`,
  (r) =>
    `/usr/bin/c++ -DNDEBUG -I/src/${word(r)}/include -O2 -g -fPIC -std=gnu++17 -MD -MT ${sourceFile(r)}.o -c ${sourceFile(r)}`,
  (r) =>
    `${sourceFile(r)}:${r.below(2000)}:${r.below(90)}: warning: unused variable '${word(r)}_${word(r)}' [-Wunused-variable]`,
  (r) => `=== RUN   Test${word(r)}/${word(r)}_${word(r)}_${r.below(999)}`,
  (r) => `    --- PASS: Test${word(r)}/${word(r)}_${r.below(999)} (${r.below(90)}.${r.below(99)}s)`,
  (r) =>
    `ok  \tgithub.com/${word(r)}/${word(r)}/${word(r)}\t${r.below(90)}.${r.below(999)}s\tcoverage: ${r.below(100)}.${r.below(9)}% of statements`,
  (r) =>
    `test_${word(r)}.py::Test${word(r)}::test_${word(r)}_${r.below(999)} PASSED [${r.below(100)}%]`,
  (r) =>
    `Receiving objects:  ${r.below(100)}% (${r.below(40000)}/80000), ${r.below(99)}.${r.below(99)} MiB | ${r.below(40)}.${r.below(99)} MiB/s`,
  (r) =>
    `[INFO] Downloaded from central: https://repo.maven.apache.org/maven2/org/${word(r)}/${word(r)}/${version(r)}/${word(r)}-${version(r)}.jar (${r.below(900)} kB)`,
  (r) =>
    `{"level":"debug","ts":17${r.below(99999999)}.${r.below(99)},"caller":"${sourceFile(r)}:${r.below(900)}","msg":"${word(r)} ${word(r)}","trace_id":"${r.hex(32)}"}`,
  (r) => `   Compiling ${word(r)}-${word(r)} v${version(r)}`,
  () => '',
  (r) =>
    `${escape}32m✓${escape}39m ${sourceFile(r)} ${escape}2m(${r.below(90)} tests)${escape}22m ${escape}33m${r.below(9000)}ms${escape}39m`,
];

/** Near a wording, and none: other words, another position, another program. */
const near: readonly [Line, ...Line[]] = [
  (r) => `error reading from server response body, retrying in ${r.below(9)}s`,
  (r) => `there is no space left in the ${word(r)} queue`,
  (r) => `unexpected status line while parsing ${word(r)}`,
  (r) => `Connection to ${word(r)} closed by peer 10.0.${r.below(255)}.${r.below(255)}`,
  (r) => `lookup table ${word(r)} built in ${r.below(90)}s`,
  (r) => `removed ${r.below(90)} packages, changed ${r.below(90)} packages`,
  (r) => `context deadline is ${r.below(90)}s`,
];

/** Wordings that patterns know, at a position where most of them count. */
const known: readonly [Line, ...Line[]] = [
  (r) =>
    `read tcp 10.1.0.${r.below(255)}:4711->104.18.0.${r.below(255)}:443: read: connection reset by peer`,
  (r) => `write /tmp/${word(r)}: no space left on device`,
  (r) => `curl: (6) Could not resolve host: ${word(r)}.example.com`,
  (r) => `fetch failed: 429 Too Many Requests for ${word(r)}`,
  (r) => `${word(r)}: Segmentation fault (core dumped)`,
  (r) => `npm error code ECONNRESET while fetching ${word(r)}`,
  (r) => `exec /bin/${word(r)}: exec format error`,
  (r) => `${word(r)}: too many open files`,
];

/** How much of a log is what. */
export interface Mix {
  /** Per mille of the lines. */
  readonly near: number;
  readonly known: number;
}

export const realistic: Mix = { near: 10, known: 1 };
export const dense: Mix = { near: 400, known: 300 };

/** A wide build: twenty vertices at once, which pull, extract, wait for each other and print. */
function* wideBuild(r: Random, bytes: number): Generator<string> {
  const line = stamper(r);
  for (const text of opening(r)) yield line(text);
  let vertex = 5;
  for (let written = 0; written < bytes;) {
    const number = vertex + r.below(20);
    const time = `${r.below(900)}.${r.below(999)}`;
    // One line in two thousand ends a vertex: a build has hundreds of them, not thousands.
    const turn = r.below(2000) === 0 ? 20 : r.below(20);
    const texts =
      turn < 12
        ? [`#${number} ${time} ${r.pick(output)(r)}`]
        : turn < 15
          ? [`#${number} sha256:${r.hex(64)} ${r.below(90)}.${r.below(99)}MB / 99.1MB ${time}s`]
          : turn < 17
            ? [`#${number} extracting sha256:${r.hex(64)} ${time}s`]
            : turn < 20
              ? [
                  `#${number} ...`,
                  '',
                  `#${number} [${word(r)} ${r.below(9)}/20] RUN make ${word(r)}`,
                ]
              : [`#${vertex} DONE ${time}s`, ''];
    if (turn === 20) vertex++;
    for (const text of texts) {
      const whole = line(text);
      written += whole.length;
      yield whole;
    }
  }
  for (const text of closing(vertex)) yield line(text);
}

/** Stamps lines one after the other. */
function stamper(r: Random): (text: string) => string {
  let at = Date.UTC(2026, 7, 21, 10);
  return (text) => {
    at += r.below(3) === 0 ? r.below(40) : 0;
    return `${new Date(at).toISOString().slice(0, -1)}${String(1000 + r.below(9000))}Z ${text}\n`;
  };
}

/** The lines of one job, without end until `bytes` are reached. */
function* jobLog(r: Random, bytes: number, mix: Mix): Generator<string> {
  const stamped = stamper(r);
  // An object, so that the loop sees what the function does.
  const written = { bytes: 0 };
  const line = (text: string): string => {
    const whole = stamped(text);
    written.bytes += whole.length;
    return whole;
  };
  for (const text of opening(r)) yield line(text);
  let vertex = 5;
  let isVertex = true;
  while (written.bytes < bytes) {
    if (r.below(2000) === 0) {
      yield line(`#${vertex} DONE ${r.below(90)}.${r.below(9)}s`);
      yield line('');
      vertex++;
      yield line(`#${vertex} [${word(r)} ${r.below(9)}/20] RUN make ${word(r)}`);
    }
    if (r.below(500) === 0) isVertex = !isVertex;
    const kind = r.below(1000);
    const text =
      kind < mix.known
        ? r.pick(known)(r)
        : kind < mix.known + mix.near
          ? r.pick(near)(r)
          : r.pick(output)(r);
    yield line(isVertex ? `#${vertex} ${r.below(900)}.${r.below(999)} ${text}` : text);
  }
  for (const text of closing(vertex)) yield line(text);
}

function opening(r: Random): string[] {
  return [
    `Current runner version: '2.33${r.below(9)}.0'`,
    `Runner name: 'runner-${r.below(99)}'`,
    `Machine name: 'build-${r.below(9)}'`,
    'Prepare all required actions',
    `Download action repository 'actions/checkout@v4' (SHA:${r.hex(40)})`,
    `Complete job name: build (${word(r)}, ${r.below(20)})`,
    '##[group]Run actions/checkout@v4',
    'with:',
    '  fetch-depth: 1',
    '##[endgroup]',
    '##[group]Run docker/build-push-action@v6',
    'with:',
    '  push: true',
    '##[endgroup]',
    '[command]/usr/bin/docker buildx build --builder builder-x .',
    '#0 building with "builder-x" instance using docker-container driver',
    '',
    '#1 [internal] load build definition from Dockerfile',
    '#1 DONE 0.0s',
    '',
    `#5 [2/20] RUN make ${word(r)}`,
  ];
}

function closing(vertex: number): string[] {
  const failed = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';
  return [
    `#${vertex} ERROR: ${failed}`,
    '------',
    ` > [2/20] RUN make:`,
    '------',
    `ERROR: failed to solve: ${failed}`,
    `##[error]buildx failed with: ERROR: failed to solve: ${failed}`,
    'Post job cleanup.',
    'Cleaning up orphan processes',
  ];
}

/** One job of about `bytes` in the file `target`. */
export function writeJob(target: string, seed: number, bytes: number, mix: Mix): void {
  writeLines(target, jobLog(new Random(seed), bytes, mix));
}

/** The same for a build with many vertices at once. */
export function writeWideBuild(target: string, seed: number, bytes: number): void {
  writeLines(target, wideBuild(new Random(seed), bytes));
}

function writeLines(target: string, lines: Iterable<string>): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const file = openSync(target, 'w');
  let held = '';
  for (const line of lines) {
    held += line;
    if (held.length < 1 << 20) continue;
    writeSync(file, held);
    held = '';
  }
  writeSync(file, held);
  closeSync(file);
}

/** The same text as one line, as a JSON dump or a progress bar makes it. */
export function writeOneLine(target: string, seed: number, bytes: number): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const file = openSync(target, 'w');
  let held = '';
  let written = 0;
  for (const line of jobLog(new Random(seed), bytes, realistic)) {
    held += `progress ${line.slice(29, -1)}\r`;
    if (held.length < 1 << 20) continue;
    written += writeSync(file, held);
    held = '';
    if (written >= bytes) break;
  }
  writeSync(file, held);
  closeSync(file);
}
