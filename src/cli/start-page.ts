/** `buildlog` alone: where one stands, and what to do next. */
import { existsSync } from 'node:fs';

import { plural } from '../model/plural.ts';
import { escapeControls } from '../output/escape.ts';
import { wrap } from '../output/wrap.ts';
import { lastIngest } from '../store/journal.ts';
import { databasePath, readDatabase } from './database.ts';
import type { Terminal } from './terminal.ts';

const title =
  'buildlog: why did the Docker build fail, and which version, load or neighbour did it?';

type Step = readonly [command: string, about: string];

const firstSteps: readonly Step[] = [
  ['buildlog demo', 'what it tells, on 203 real builds; takes seconds, writes nothing'],
  ['buildlog scan job.log', 'one log: cause, proof, advice'],
  ["buildlog ingest files 'logs/*.log'", 'logs on this disk, into the database'],
  ['GH_TOKEN=... buildlog ingest github OWNER/REPO', 'all runs of a repository, into the database'],
];
const help: readonly Step[] = [['buildlog --help', 'all commands; topics: buildlog help']];

export function startPage(terminal: Terminal): void {
  const file = databasePath(undefined, terminal.env);
  const [state, steps] = existsSync(file)
    ? standing(file)
    : [`There is no database yet (it will be ${file}). To begin:`, firstSteps];
  const all = [...steps, ...help];
  // A narrow screen gets what a command does below it.
  const label = Math.max(...all.map(([command]) => command.length)) + 2;
  const longest = Math.max(...all.map(([, about]) => about.length));
  const inOneLine = 2 + label + longest <= terminal.columns;
  const lines = all.map(([command, about]) =>
    inOneLine
      ? `  ${command.padEnd(label)}${about}`
      : `  ${command}\n      ${wrap(about, terminal.columns - 6).join('\n      ')}`,
  );
  terminal.answer(
    [title, escapeControls(state)]
      .map((text) => `${wrap(text, terminal.columns).join('\n')}\n\n`)
      .join('') + `${lines.join('\n')}\n`,
  );
}

function standing(file: string): [string, readonly Step[]] {
  return readDatabase(file, ({ db }) => {
    const jobs = Number(db.prepare('SELECT count(*) FROM jobs').pluck().get());
    if (jobs === 0) return [`${file} holds no jobs yet. To begin:`, firstSteps];
    const last = db
      .prepare<[], number>(
        `SELECT job_id FROM job_overview WHERE status = 'explained' AND blame = 'infra'
         ORDER BY completed_at DESC LIMIT 1`,
      )
      .pluck()
      .get();
    const when = lastIngest(db)?.slice(0, 16).replace('T', ' ') ?? '?';
    return [
      `${file} holds ${plural(jobs, 'job')}; the last ingest was ${when} UTC. Next:`,
      [
        ['buildlog report', 'what fails, what it is not, and what to look at'],
        ...(last === undefined
          ? []
          : [[`buildlog show ${last}`, 'the story of the last infra failure'] as const]),
        ['buildlog report unexplained', 'failures that nothing explains'],
      ],
    ];
  });
}
