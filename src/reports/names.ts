/** The reports' names, what they answer, and their choices; apart from catalog.ts, so that help needs no report loaded. */
/** What load is counted on: one BuildKit daemon, one Docker engine, or one machine. */
export const loadLevels = ['daemon', 'engine', 'machine'] as const;
export type LoadLevel = (typeof loadLevels)[number];

export const reportSummaries = {
  summary: 'one screen: causes, collisions, risk, and what is not to blame',
  causes: 'why jobs failed, and how often the next attempt passed',
  versions: 'failures by BuildKit, Buildx, Docker Engine and runner version',
  concurrency: 'failures by load on the host and by whose builder was used',
  hosts: 'failures by host: lift, and whether the job passed elsewhere',
  trend: 'when rates changed, and which roll-outs coincide',
  calendar: 'failures day by day',
  flaky: 'same commit, red then green: how often, and what it cost',
  collisions: 'which job removed whose builder; the risk on each host',
  unexplained: 'failures that no signature knows, grouped by the line they died with',
} as const;

/** All of them, one after the other. */
export const allReports = 'all';
