/** Log text is untrusted: whatever it holds, a terminal must only ever show it. */

// C0 but for tab, DEL, C1, and the marks that reorder text.
const controls =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** The text with every control character shown as `\xNN` or `\uNNNN`, on one line. */
export function escapeControls(text: string): string {
  return text.replaceAll(controls, (control) => {
    const code = control.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** At most `width` characters, the cut shown as an ellipsis. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** At most `width` characters, the cut made in the middle. */
export function shortenMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const tail = Math.floor((width - 1) * 0.4);
  return `${text.slice(0, width - 1 - tail)}…${text.slice(text.length - tail)}`;
}
