/**
 * Texts and the columns they take on a terminal. Knowing how wide letters are takes longer to load than
 * scanning a log takes, so plain text does without it (tools/bundle.js loads it when it is first asked).
 */
import stringWidth from 'string-width';

const plain = /^[ -~]*$/;

/** Whether each letter takes one column. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** The columns that a text of one line takes. */
export function columnsOf(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/** At most `width` columns, the cut shown as an ellipsis. */
export function shorten(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  return `${fitting(charactersOf(text), width - 1).join('')}…`;
}

/** At most `width` columns, the cut made in the middle: the end of an error says most. */
export function shortenMiddle(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  const tailWidth = Math.floor((width - 1) * 0.4);
  const tail = fitting(charactersOf(text).toReversed(), tailWidth).toReversed().join('');
  const head = fitting(charactersOf(text), width - 1 - columnsOf(tail)).join('');
  return `${head}…${tail}`;
}

/** The first of `characters` that fit into `width` columns. */
function fitting(characters: readonly string[], width: number): string[] {
  let used = 0;
  const end = characters.findIndex((character) => {
    used += columnsOf(character);
    return used > width;
  });
  return end < 0 ? [...characters] : characters.slice(0, end);
}

/** What a reader sees as characters: a flag or a letter with its accent is one. */
function charactersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
