/** What an ingest adds and all reports take on a big store: processor and wall time of whole processes, and their memory. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

import { allReports, loadLevels, reportSummaries } from '../../src/reports/names.ts';
import { Store } from '../../src/store/store.ts';
import { fillStore } from './big-store.ts';
import { processorTime } from './processor-time.ts';

/** Jobs of one night. */
const night = 3000;

/** Markdown: one row for each way to sum up and each report. `folder` is where to make stores of `jobs` jobs. */
export function benchReports(
  program: string,
  folder: string,
  jobs: number,
  runs: number,
): string[] {
  const stores = ['big', 'nothing', 'night'].map((name) => path.join(folder, `${name}.db`));
  const [file = '', nothing = '', added = ''] = stores;
  fill(file, jobs, 0, 180);
  fill(nothing, 0, 0, 1);
  fill(added, night, jobs, 1);
  // A merge links and sums up as an ingest does, and reads no logs.
  const merged = (other: string): Measured => measure(program, ['merge', other, '--db', file]);
  const sums = [
    ['summing up all of it for the first time', merged(nothing)],
    ['nothing new', merged(nothing)],
    [`${night} new jobs`, merged(added)],
  ] as const;
  const megabytes = Math.round(statSync(file).size / 1e6);
  const reported = (...args: readonly string[]): readonly [string, Measured] => {
    const measured = Array.from({ length: runs }, () =>
      measure(program, ['report', ...args, '--db', file]),
    );
    const least = (value: (one: Measured) => number): number => Math.min(...measured.map(value));
    return [
      `report ${args.join(' ')}`,
      {
        processor: least((one) => one.processor),
        wall: least((one) => one.wall),
        megabytes: least((one) => one.megabytes),
      },
    ];
  };
  const reports = [
    ...[...Object.keys(reportSummaries), allReports].map((name) => reported(name)),
    ...loadLevels
      .filter((level) => level !== 'engine')
      .map((level) => reported('concurrency', '--level', level)),
  ];
  outdate(file);
  const [, unfinished] = reported('summary');
  const last = [['report summary after an ingest that was killed', unfinished]] as const;
  return [
    `On ${jobs} jobs (${megabytes} MB), reports the best of ${runs}:`,
    '',
    '| | processor | wall | memory |',
    '| --- | --- | --- | --- |',
    ...[...sums, ...reports, ...last].map(([name, { processor, wall, megabytes: memory }]) =>
      [
        ``,
        name,
        `${processor.toFixed(2)} s`,
        `${wall.toFixed(2)} s`,
        `${Math.round(memory)} MB`,
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
}

function fill(file: string, count: number, before: number, days: number): void {
  const store = Store.open(file);
  try {
    store.db.pragma('synchronous = OFF');
    store.transaction(() => fillStore(store.db, count, 7, { before, days }));
    store.db.exec('ANALYZE');
  } finally {
    store.close();
  }
}

/** As if an ingest of a night had been killed before it summed up. */
function outdate(file: string): void {
  const store = Store.open(file);
  try {
    store.db.exec(
      `INSERT INTO outdated_jobs SELECT host, job_id FROM jobs ORDER BY job_id DESC LIMIT ${night}`,
    );
  } finally {
    store.close();
  }
}

interface Measured {
  readonly processor: number;
  readonly wall: number;
  readonly megabytes: number;
}

function measure(program: string, args: readonly string[]): Measured {
  const [before, begun] = [processorTime(), performance.now()];
  const hook = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>{writeSync(3,String(process.resourceUsage().maxRSS))})`;
  const { status, output } = spawnSync(process.execPath, ['--import', hook, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return {
    processor: processorTime() - before,
    wall: (performance.now() - begun) / 1000,
    megabytes: Number(output[3]) / 1000,
  };
}
