/** Failures that came together: on one engine they are one incident, on several a hint at what the engines share. */
import type { Association } from '../analysis/association.ts';
import { conventions } from '../analysis/conventions.ts';
import { burstOf } from '../analysis/incidents.ts';
import { proportion } from '../analysis/proportion.ts';
import { plural } from '../model/plural.ts';
import type { History } from './history.ts';
import type { Section } from './report.ts';
import { toInstant } from './study.ts';

interface Found {
  readonly cause: string;
  readonly found: Association;
}

const incidentsShown = 10;

/** Cases stand a second before their failures. */
function failedAt(at: number): string {
  return toInstant(at + conventions.beforeFailure);
}

/** The largest incidents of each cause whose failures cluster; empty where all stand alone. */
export function incidentsSection(history: History, studies: readonly Found[]): Section {
  const machines = new Map(history.places.map(({ engine, machine }) => [engine, machine]));
  const clustered = studies.filter(({ found }) => found.basis.phi >= conventions.clusteredFrom);
  return {
    id: 'incidents',
    title: 'Failures that came together on one engine',
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'machine', title: 'host', kind: 'id' },
      { key: 'at', title: 'from', kind: 'instant' },
      { key: 'to', title: 'to', kind: 'instant' },
      { key: 'failures', title: 'of failures (95 %)', kind: 'proportion' },
    ],
    rows: clustered.flatMap(({ cause, found }) =>
      found.basis.incidents
        .filter(({ length }) => length > 1)
        .toSorted((a, b) => b.length - a.length || (a[0]?.at ?? 0) - (b[0]?.at ?? 0))
        .slice(0, incidentsShown)
        .map((incident) => ({
          cause,
          machine: machines.get(incident[0]?.engine ?? null) ?? incident[0]?.engine ?? null,
          at: failedAt(incident[0]?.at ?? 0),
          to: failedAt(incident.at(-1)?.at ?? 0),
          failures: proportion(incident.length, found.basis.failures),
        })),
    ),
    note:
      'How to read: one line for failures of a cause on one engine within a minute of each other, and their share of all failures of the cause on first attempts. ' +
      `Together they count as about one. Shown where they weigh, at most ${incidentsShown} for each cause.`,
  };
}

/** What hit several engines at about the same time; null where nothing did. */
export function burstSentence({ cause, found }: Found): string | null {
  const { cases } = found.basis.study;
  const burst = burstOf(cases, conventions.burstMinutes);
  if (burst === null || burst.engines < conventions.burstEngines) return null;
  const moment = failedAt(burst.from).slice(0, 16).replace('T', ' ');
  return (
    `${cause}: ${burst.failures} of ${plural(cases.length, 'failure')} on ${burst.engines} engines within ` +
    `${conventions.burstMinutes} minutes of ${moment}: look at what they share, a registry or the network.`
  );
}
