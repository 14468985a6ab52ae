/** Sentences in lines of a width. */
import { columnsOf } from './width.ts';

/** Lines of at most `width` columns, cut at spaces; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  // Spaces at the beginning would go.
  if (!text.startsWith(' ') && columnsOf(text) <= width) return [text];
  return wrapParts(text.split(' '), ' ', width);
}

/** Lines of at most `width` columns, cut between `parts`; the separator's spaces end with a line. */
export function wrapParts(parts: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  // A line may have to end with what the separator shows.
  const room = width - columnsOf(separator.trimEnd());
  let line = '';
  let used = 0;
  for (const [index, part] of parts.entries()) {
    const needed = columnsOf(part);
    if (index === 0) [line, used] = [part, needed];
    else if (line !== '' && used + columnsOf(separator) + needed > room) {
      lines.push(line + separator.trimEnd());
      [line, used] = [part, needed];
    } else {
      line += (line === '' ? '' : separator) + part;
      used = columnsOf(line);
    }
  }
  return [...lines, line];
}
