/** Log text is untrusted: whatever it holds, a terminal must only ever show it. */
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
