/** The proof of one collision: the lines of two logs, in the order in which they were written. */
import type { StoredCollision } from '../store/collisions.ts';
import { readBuilderEvents, readVerdict, type StoredEvent } from '../store/read-jobs.ts';
import type { Db } from '../store/store.ts';
import { keyOf } from './history-jobs.ts';
import { removedByOther, type History, type KnownJob } from './history.ts';
import type { Section } from './report.ts';

interface ProofLine {
  readonly who: 'victim' | 'culprit';
  readonly job: KnownJob;
  readonly line: number;
  readonly at: string | null;
  readonly text: string;
}

/** The latest collision with a strong link, line by line; null when there is none. */
export function proofSection(history: History, db: Db): Section | null {
  const proven = history.collisions.filter(
    ({ cause, strength, kind }) =>
      cause === removedByOther && kind === 'builder-removed' && strength === 'strong',
  );
  const latest = proven.toSorted((a, b) => ((a.failed_at ?? '') < (b.failed_at ?? '') ? 1 : -1))[0];
  const lines = latest === undefined ? [] : proofLines(latest, history, db);
  if (latest === undefined || lines.length === 0) return null;
  return {
    id: 'proof',
    title: `Proof: one of ${proven.length}, from two logs (buildlog show ${latest.job_id})`,
    columns: [
      { key: 'at', title: 'time', kind: 'instant' },
      { key: 'who', title: '', kind: 'id' },
      { key: 'job', title: 'job', kind: 'id' },
      { key: 'line', title: 'line', kind: 'count' },
      { key: 'text', title: 'what its log says', kind: 'line' },
    ],
    rows: lines.map(({ who, job, line, at, text }) => ({
      at,
      who,
      job: String(job.job_id),
      line,
      text: text.replace(/^\[command\]\S*\/docker /, 'docker '),
    })),
    note: 'How to read: from top to bottom in the order of time; the victim was still building when the culprit removed its builder.',
  };
}

function proofLines(collision: StoredCollision, { linked }: History, db: Db): ProofLine[] {
  const { builder, culprit_host: culpritHost, culprit_job_id: culpritId } = collision;
  const victim = linked().get(keyOf(collision));
  const culprit = linked().get(`${culpritHost}/${culpritId}`);
  if (victim === undefined || culprit === undefined) return [];
  const eventsOf = (job: KnownJob): StoredEvent[] => readBuilderEvents(db, job);
  const own = eventsOf(victim).filter(
    ({ event, name, line }) =>
      event === 'created' ||
      (event === 'used' && name === builder && line <= (collision.failed_line ?? Infinity)),
  );
  const removal = eventsOf(culprit).filter(
    ({ event, name }) =>
      name === builder && (event === 'created' || event === 'removing' || event === 'removed'),
  );
  const death = readVerdict(db, victim)?.evidence[0];
  const lines: ProofLine[] = [
    ...own.map(({ line, at, text }) => ({ who: 'victim' as const, job: victim, line, at, text })),
    ...removal.map(({ line, at, text }) => ({
      who: 'culprit' as const,
      job: culprit,
      line,
      at,
      text,
    })),
    ...(death === undefined ? [] : [{ who: 'victim' as const, job: victim, ...death }]),
  ];
  return lines.toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1));
}
