/** Log text is untrusted: whatever it holds, a terminal must only ever show it. */
import stringWidth from 'string-width';

// C0 but for tab, DEL, C1, and the marks that reorder text.
const controls =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

const beyondJson = /[\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** The text with every control character shown as `\xNN` or `\uNNNN`, on one line. */
export function escapeControls(text: string): string {
  return text.replaceAll(controls, (control) => {
    const code = control.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * A value as JSON that a terminal shows as it is: what JSON lets stand although terminals obey it, or
 * although it reorders text, is escaped too.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(beyondJson, (control) => {
    const code = control.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** At most `width` columns, the cut shown as an ellipsis. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  return `${fitting(charactersOf(text), width - 1).join('')}…`;
}

/** At most `width` columns, the cut made in the middle: the end of an error says most. */
export function shortenMiddle(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const tailWidth = Math.floor((width - 1) * 0.4);
  const tail = fitting(charactersOf(text).toReversed(), tailWidth).toReversed().join('');
  const head = fitting(charactersOf(text), width - 1 - stringWidth(tail)).join('');
  return `${head}…${tail}`;
}

/** The first of `characters` that fit into `width` columns. */
function fitting(characters: readonly string[], width: number): string[] {
  let used = 0;
  const end = characters.findIndex((character) => {
    used += stringWidth(character);
    return used > width;
  });
  return end < 0 ? [...characters] : characters.slice(0, end);
}

const graphemes = new Intl.Segmenter();

/** What a reader sees as characters: a flag or a letter with its accent is one. */
function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
