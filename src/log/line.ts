/** One line of a job log, cleaned: stamp apart, byte order marks and colours gone. */
import type { Instant } from '../model/time.ts';
import type { RawLine } from './raw-lines.ts';

export interface Line {
  readonly number: number;
  readonly offset: number;
  /** The runner's stamp; null on the continuation of a multi-line message, and in bare tool output. */
  readonly at: Instant | null;
  readonly text: string;
  /** Bright cyan: the runner's echo of a script (actions/runner, ScriptHandler.cs). */
  readonly scriptEcho: boolean;
  /** A second stamp follows the first, or the columns of `gh`: somebody else's log, quoted. */
  readonly quoted: boolean;
  readonly clipped: boolean;
  /** The numbers of the patterns' words in it, where a finder has told them. */
  readonly words: readonly number[] | null;
}

// The runner writes .NET's "O" format: seven decimals, always UTC (actions/runner, Logging.cs).
const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |$)/;
// What `gh run view --log` prints inside a step is another run's log.
const quotedColumns = /^[^\t]+\t[^\t]+\t\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |$)/;
const dateDash = '2026'.length;
const dash = 0x2d;
const space = 0x20;
const stampLength = '2026-08-21T10:12:12.1234567Z'.length;
const byteOrderMark = '\uFEFF';
const doublyEncodedMark = '\u00EF\u00BB\u00BF';
const cyan = '\u001B[36;1m';
// CSI sequences (colours, cursor), OSC sequences (titles, links), character sets, two-character escapes.
const escapeSequence =
  // oxlint-disable-next-line no-control-regex -- escape sequences are control characters
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]{0,2048}(?:\u0007|\u001B\\)|[ -/]+[0-~]|[@-Z\\-_])/g;

/** Reads one raw line. Every line has an answer; nothing is dropped here. `words` are passed on. */
export function parseLine(raw: RawLine, words: readonly number[] | null = null): Line {
  let text = withoutMarks(raw.text);
  let at: Instant | null = null;
  let quoted = false;
  if (isStamped(text)) {
    at = text.slice(0, stampLength);
    text = text.slice(stampLength + 1);
    quoted = isStamped(text) || (text.includes('\t') && quotedColumns.test(text));
  }
  let scriptEcho = false;
  if (text.includes('\u001B')) {
    scriptEcho = text.startsWith(cyan);
    text = withoutEscapes(text);
  }
  const { number, offset, clipped } = raw;
  return { number, offset, at, text, scriptEcho, quoted, clipped, words };
}

/** A look or two are cheaper than a regex. */
function isStamped(text: string): boolean {
  if (text.charCodeAt(dateDash) !== dash) return false;
  const after = text.charCodeAt(stampLength);
  return (after === space || text.length === stampLength) && stamp.test(text);
}

/** The text without colours, titles and links. */
export function withoutEscapes(text: string): string {
  return text.replaceAll(escapeSequence, '');
}

function withoutMarks(text: string): string {
  const clean = text.includes(byteOrderMark) ? text.replaceAll(byteOrderMark, '') : text;
  return clean.startsWith(doublyEncodedMark) ? clean.slice(doublyEncodedMark.length) : clean;
}
