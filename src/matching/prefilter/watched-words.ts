/**
 * The words that make a line matter: those of patterns, and those by which the scanner knows where it is.
 * A line without any of them changes nothing (job-scanner.ts says what else it may want), so it need not
 * be read. Signatures that count only at a position with a mark of its own need no words here: every line
 * with the mark is read.
 */
import type { Position } from '../../model/pattern.ts';
import type { CompiledPatterns } from '../compiled-patterns.ts';

export interface WatchedWord {
  readonly bytes: Buffer;
  /** Only where a line begins, or behind its stamp. */
  readonly atTheEdge: boolean;
  /** In a log line of a vertex that the scanner knows it says nothing. */
  readonly outsideVertices: boolean;
}

export interface WatchedWords {
  readonly words: readonly WatchedWord[];
  /** Some pattern has no words to watch for: every line must be read. */
  readonly everyLine: boolean;
}

/** A finder looks at six bytes, and compares four of them exactly. */
const minWordBytes = 4;

const marked: ReadonlySet<Position> = new Set<Position>([
  'annotation',
  'remark',
  'command',
  'group',
  'vertex-error',
  'vertex-retry',
  'final',
]);

/** Where a line begins, or behind its stamp. None begins with a digit: a finder knows stamps by that. */
const atTheEdge: readonly string[] = [
  // context.ts: groups, annotations, commands
  '##[',
  '::group::',
  '::endgroup::',
  '::error',
  '::warning',
  '::notice',
  '::debug',
  '[command]',
  'Post job cleanup.',
  'Cleaning up orphan processes',
  '------',
  'ERROR: ',
  'error: ',
  'Error: ',
  'Current runner version:',
  // job-scanner.ts: the engine answers
  'ID: ',
  ' ID: ',
  // builder-descriptions.ts: `buildx inspect`
  'Name:',
  'Driver:',
  'BuildKit version:',
  'Buildkit:',
  'Driver Options:',
];

const anywhere: readonly string[] = [
  // log/line.ts: a byte order mark that was encoded twice
  '\u00EF\u00BB\u00BF',
  // occurrences.ts: BuildKit's own words inside a vertex
  ' error: ',
  // builds.ts
  ' DONE ',
  ' CACHED',
  ' CANCELED',
  ' ERROR: ',
  'building with "',
  '#1 [internal]',
  // job-scanner.ts
  'Server Version: ',
  'Engine:',
  // builder-events.ts
  'creating container ',
];

/** Anywhere but in what a vertex prints. */
const inToolOutput: readonly string[] = [
  // context.ts: the client's last words
  'failed to solve',
  'failed to build',
  'failed to receive',
  'failed to get',
  'failed to compute',
  'executor failed running [',
  'returned a non-zero code',
  'unexpected EOF',
  'context canceled',
  // builder-events.ts
  'buildx create',
  'buildx rm',
  'buildx stop',
  'buildx inspect',
  'buildx use',
  'buildx --builder',
  'BUILDX_BUILDER',
  'buildx install',
  'already exists, skipping creation',
  ...atTheEnd(' removed'),
  ...atTheEnd(' does not exist'),
  'failed to remove ',
  'buildx_buildkit_',
];

/** With either of the bytes that end a line. */
function atTheEnd(word: string): string[] {
  return [`${word}\n`, `${word}\r`];
}

/** All words to watch for when scanning with `patterns`. */
export function watchedWords(patterns: CompiledPatterns): WatchedWords {
  const { signatures, facts } = patterns.set;
  const literals = [
    ...signatures.flatMap(({ where, literals: own }) => (isMarked(where) ? [] : own)),
    // The lines after one that opens a form are read anyway; its own words are weak.
    ...facts.flatMap(({ forms }) =>
      forms.flatMap(({ where, literals: own, after, afterLiterals }) =>
        after !== null ? (afterLiterals ?? ['']) : isMarked(where) ? [] : own,
      ),
    ),
  ];
  const pieces = literals.map(longestPiece);
  const inAnyLine = withoutLonger([...anywhere, ...pieces].filter(isWatchable));
  const others = inToolOutput.filter((word) => !inAnyLine.some((one) => word.includes(one)));
  return {
    words: [
      ...inAnyLine.map((word) => watched(word)),
      ...others.map((word) => ({ ...watched(word), outsideVertices: true })),
      ...atTheEdge.map((word) => ({ ...watched(word), atTheEdge: true })),
    ],
    everyLine: !pieces.every(isWatchable),
  };
}

function watched(word: string): WatchedWord {
  return { bytes: Buffer.from(word), atTheEdge: false, outsideVertices: false };
}

function isMarked(where: ReadonlySet<Position>): boolean {
  return [...where].every((position) => marked.has(position));
}

/**
 * What of a literal stands in the log's own bytes: peel.ts puts `…` where the user's command was, and a
 * broken character is only a replacement mark in the decoded text.
 */
function longestPiece(literal: string): string {
  const pieces = literal.split(/[\u2026\uFFFD\uFEFF\n]|\p{Surrogate}/u);
  return pieces.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

function isWatchable(word: string): boolean {
  return Buffer.byteLength(word) >= minWordBytes;
}

/** A word that holds another one need not be watched for. */
function withoutLonger(words: readonly string[]): string[] {
  return [...new Set(words)].filter(
    (word) => !words.some((other) => other !== word && word.includes(other)),
  );
}
