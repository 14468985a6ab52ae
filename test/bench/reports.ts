/** All reports on a big store: processor and wall time of whole processes, and their memory. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

import { reportSummaries } from '../../src/reports/names.ts';
import { makeBigStore } from './big-store.ts';
import { processorTime } from './processor-time.ts';

/** Markdown: one row for each report. `file` is the store to make, with `jobs` jobs. */
export function benchReports(program: string, file: string, jobs: number, runs: number): string[] {
  const { rollUpSeconds } = makeBigStore(file, jobs);
  const megabytes = Math.round(statSync(file).size / 1e6);
  const rows = Object.keys(reportSummaries).map((name) => {
    const measured = Array.from({ length: runs }, () => measure(program, name, file));
    const least = (value: (one: Measured) => number): number => Math.min(...measured.map(value));
    const processor = least((one) => one.processor).toFixed(2);
    const wall = least((one) => one.wall).toFixed(2);
    return `| ${name} | ${processor} s | ${wall} s | ${Math.round(least((one) => one.megabytes))} MB |`;
  });
  return [
    `Reports on ${jobs} jobs (${megabytes} MB; summing up after an ingest: ${rollUpSeconds.toFixed(0)} s), the best of ${runs}:`,
    '',
    '| report | processor | wall | memory |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

interface Measured {
  readonly processor: number;
  readonly wall: number;
  readonly megabytes: number;
}

function measure(program: string, name: string, file: string): Measured {
  const [before, begun] = [processorTime(), performance.now()];
  const hook = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>{writeSync(3,String(process.resourceUsage().maxRSS))})`;
  const { status, output } = spawnSync(
    process.execPath,
    ['--import', hook, program, 'report', name, '--db', file],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`report ${name} ended with ${status}`);
  return {
    processor: processorTime() - before,
    wall: (performance.now() - begun) / 1000,
    megabytes: Number(output[3]) / 1000,
  };
}
