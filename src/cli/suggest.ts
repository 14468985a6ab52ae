/** What somebody may have meant who typed a word that is none. */

/** The known words nearest to `typed`, at most a third of its letters away; best first. */
export function nearestWords(typed: string, known: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(typed.length / 3));
  return known
    .map((word) => ({ word, distance: distanceOf(typed.toLowerCase(), word) }))
    .filter(({ word, distance }) => distance <= limit || isBegin(typed, word))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ word }) => word);
}

/** `Did you mean versions?`, or an empty text where nothing is near. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearestWords(typed, known).slice(0, 3);
  return near.length === 0 ? '' : `Did you mean ${near.join(' or ')}?`;
}

/** The command that takes what was typed in a command's place: a log, a repository, a job; null for any other word. */
export function commandWith(typed: string, isIngest: boolean): string | null {
  if (/\.(?:log|txt|gz|zip)$|[*?]/.test(typed)) {
    return isIngest ? `ingest files '${typed}'` : `scan ${typed}`;
  }
  if (/^[\w.-]+\/[\w.-]+$/.test(typed)) return `ingest github ${typed}`;
  return /^\d{6,}$/.test(typed) && !isIngest ? `show ${typed}` : null;
}

function isBegin(typed: string, word: string): boolean {
  return typed.length > 1 && word.startsWith(typed.toLowerCase());
}

/** Letters to insert, delete, change or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? Infinity) + 1);
      }
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
