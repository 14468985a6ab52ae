/** What the file system refuses: a missing file, a full disk, a folder that is a file, a missing right. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}
