/** What the system says of the errors that a reader can do something about, by their codes. */
const plainly: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'may not be read: no permission',
  EISDIR: 'is a folder',
};

/** Why a file can't be read, to stand behind its name. */
export function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error)) return `cannot be read: ${String(error)}`;
  const code = 'code' in error ? String(error.code) : '';
  return plainly[code] ?? `cannot be read: ${error.message}`;
}
