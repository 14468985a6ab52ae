/** The words of a postmortem's folder: what lies in it, how its numbers were made, and how to make them again. */
import { plural } from '../model/plural.ts';
import type { Postmortem } from '../reports/postmortem.ts';
import { scopeLine } from './report-text.ts';

export interface Making {
  /** The command that made the folder. */
  readonly command: string;
  /** Fingerprints of the patterns that made the verdicts. */
  readonly patterns: readonly string[];
  readonly definitions: readonly string[];
  readonly files: readonly (readonly [name: string, about: string])[];
}

export function postmortemReadme(
  { about, failed, culprits, causes, reports }: Postmortem,
  { command, patterns, definitions, files }: Making,
): string {
  const ends = failed.flatMap(({ job }) => job.completed_at ?? []).toSorted();
  const [first] = failed;
  const last = ends.at(-1);
  const scope = reports[0] === undefined ? '' : scopeLine(reports[0].scope);
  return `# Postmortem

${about} ${plural(failed.length, 'failed job')}, ${first?.job.started_at?.slice(0, 19) ?? '?'} to ${last?.slice(0, 19) ?? '?'} UTC; ${plural(culprits.length, 'job')} ${culprits.length === 1 ? 'is' : 'are'} named as having removed a builder. Causes: ${causes.map((cause) => `\`${cause}\``).join(', ')}.

Begin with \`summary.md\`, or with \`report.html\` for the pictures (any browser, no network). All times are UTC.

## What is here

| file | what |
| --- | --- |
${files.map(([name, what]) => `| \`${name}\` | ${what} |`).join('\n')}

## How the numbers were made

The jobs in "What happened" are the selection. Everything that compares (versions, load, hosts, time, re-runs) counts the causes at hand over **the whole history**, since a rate needs the builds that did not fail: ${scope}. A cause that is rare there is in no comparison; the table of causes says by what each was compared.

${definitions.map((text) => `- ${text}`).join('\n')}

A cause is associated with a version, a host or a load; that a job did something is said only where two logs prove it. Confidence is of the verdict on one job: high, medium or low. The verdicts were made by the patterns ${patterns.map((each) => `\`${each}\``).join(', ')}; \`buildlog rematch\` judges kept logs anew.

## To make it again

\`\`\`sh
${command}
\`\`\`

\`queries.sql\` holds the questions that were asked of the database; \`sqlite3\` runs them all, \`buildlog sql -\` one at a time.

Log lines are as they were read, secrets taken out. Before the folder leaves the house, mind that it names hosts, repositories and jobs; only \`upstream-bug.md\` does not.
`;
}
