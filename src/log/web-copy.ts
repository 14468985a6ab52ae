/**
 * A log copied from GitHub's web page has lost its stamps and marks: a group is a bare title with its body
 * two columns to the right, `##[error]` reads `Error:`, `[command]` is gone. This puts the marks back, as
 * far as the form tells, so that such a copy is read as the log it was.
 */
import type { RawLine } from './raw-lines.ts';

/** What the first line of such a copy may be: the head of a job, or of a step. */
const opening = /^(?:Current runner version: '|Run \S)/;
const indent = '  ';
// Titles of docker/setup-buildx-action, build-push-action and bake-action, of all their versions; and the runner's.
const titles = new Set([
  'Operating System',
  'Runner Image',
  'Runner Image Provisioner',
  'Virtual Environment',
  'VM Image',
  'GITHUB_TOKEN Permissions',
  'Docker info',
  'Buildx version',
  'Builder info',
  'Inspect builder',
  'BuildKit version',
  'BuildKit container logs',
  'Creating a new builder instance',
  'Booting builder',
  'Inspecting default docker context',
  'Proxy configuration',
  'GitHub Actions runtime token ACs',
  'GitHub Actions runtime token access controls',
  'Reference',
  'Check build summary support',
  'ImageID',
  'Digest',
  'Metadata',
  'Removing builder',
  'Cleaning up certificates',
  'Generating build summary',
]);

/** Whether the first lines of a log are those of a copy from the page. */
export function isWebCopy(lines: readonly RawLine[]): boolean {
  const [first, second] = lines.filter(({ text }) => text.trim() !== '');
  if (first === undefined || !opening.test(first.text)) return false;
  return first.text.startsWith('Current') || (second?.text.startsWith(indent) ?? false);
}

/** The same lines with their marks; the end of a group gets a line that shares the next one's number. */
export async function* restoreMarks(
  batches: AsyncIterable<readonly RawLine[]>,
): AsyncGenerator<RawLine[]> {
  const reader = new CopyReader();
  for await (const batch of batches) yield batch.flatMap((line) => reader.push(line));
  const last = reader.finish();
  if (last.length > 0) yield last;
}

class CopyReader {
  /** Whether a line is a title is told by the line after it. */
  #held: RawLine | null = null;
  #inGroup = false;

  push(line: RawLine): RawLine[] {
    const held = this.#held;
    this.#held = line;
    return held === null ? [] : this.#restore(held, line.text.startsWith(indent));
  }

  finish(): RawLine[] {
    return this.#held === null ? [] : this.#restore(this.#held, false);
  }

  #restore(line: RawLine, hasBody: boolean): RawLine[] {
    const { text } = line;
    if (this.#inGroup && (text === '' || text.startsWith(indent))) {
      return [{ ...line, text: withCommandMark(text.slice(indent.length)) }];
    }
    const before = this.#inGroup ? [{ ...line, text: '##[endgroup]' }] : [];
    this.#inGroup = titles.has(text) || (hasBody && text.startsWith('Run '));
    return [...before, { ...line, text: this.#inGroup ? `##[group]${text}` : withMarks(text) }];
  }
}

function withMarks(text: string): string {
  if (text.startsWith('Error: ')) return `##[error]${text.slice('Error: '.length)}`;
  if (text.startsWith('Warning: ')) return `##[warning]${text.slice('Warning: '.length)}`;
  return withCommandMark(text);
}

function withCommandMark(text: string): string {
  return /^\/(?:usr\/(?:local\/)?)?bin\/docker(?:-buildx)? \S/.test(text)
    ? `[command]${text}`
    : text;
}
