/** Sentences in lines of a width. */
import { columnsOf, isPlain } from './width.ts';

/** Lines of at most `width` columns, cut at spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  // Spaces at the beginning would go.
  if (!text.startsWith(' ') && columnsOf(text) <= width) return [text];
  return wrapParts(text.split(' '), ' ', width);
}

/** Lines of at most `width` columns, cut between `parts`; the separator's spaces end with a line. */
export function wrapParts(parts: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  // Most texts are plain, and are measured by their lengths.
  const measure = [separator, ...parts].every(isPlain) ? lengthOf : columnsOf;
  // A line may have to end with what the separator shows.
  const room = width - measure(separator.trimEnd());
  let line = '';
  let used = 0;
  for (const [index, part] of parts.entries()) {
    const needed = measure(part);
    if (index === 0) [line, used] = [part, needed];
    else if (line !== '' && used + measure(separator) + needed > room) {
      lines.push(line + separator.trimEnd());
      [line, used] = [part, needed];
    } else {
      line += (line === '' ? '' : separator) + part;
      used = measure(line);
    }
  }
  return [...lines, line];
}

function lengthOf(text: string): number {
  return text.length;
}
