/**
 * `npm run bench`: the whole program against ripgrep, GNU grep and the plain loop, on logs made from a
 * seed. Processor time of whole processes, run in turns, medians; wall time is worth nothing on a shared
 * machine. Then all reports on a store of a million jobs. `-- --quick` measures less, `-- --scan` and
 * `-- --reports` only one of the two. The answer is Markdown: test/bench/results keeps some.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { rgPath } from '@vscode/ripgrep';

import { shipped } from '../support/scan-log.ts';
import { zip } from '../support/zip.ts';
import { commandsFor, run, type Class, type Programs } from './commands.ts';
import { dense, realistic, writeJob, writeOneLine, writeWideBuild } from './generate.ts';
import { benchReports } from './reports.ts';
import { processorTime } from './processor-time.ts';

const quick = process.argv.includes('--quick');
const runs = quick ? 3 : 5;
const megabyte = 1_000_000;
const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const loop = fileURLToPath(new URL('plain-loop.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'buildlog-bench-'));
const buildlog = `'${process.execPath}' '${program}'`;
const inFolder = (name: string): string => path.join(folder, name);

try {
  if (!process.argv.includes('--reports')) benchScan();
  if (!process.argv.includes('--scan')) {
    const jobs = quick ? 10_000 : 1_000_000;
    for (const line of benchReports(program, folder, jobs, 3)) say(line);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function benchScan(): void {
  const classes = makeInputs();
  const programs = {
    buildlog,
    ripgrep: `'${rgPath}'`,
    grep: 'grep',
    regexes: inFolder('regexes.txt'),
    words: inFolder('words.txt'),
  };
  writePatterns(programs);
  const rows = classes.map((each) => measure(each, programs));
  say(machine());
  say('| class | buildlog scan | ripgrep | GNU grep -F | plain loop | ripgrep / buildlog |');
  say('| --- | --- | --- | --- | --- | --- |');
  for (const row of rows) say(row);
  say(`\n${ingestLine()}\n`);
}

/** What storing costs beside reading. */
function ingestLine(): string {
  const files = inFolder('small/*.log');
  const alone = `BUILDLOG_WORKERS=0 ${buildlog}`;
  const [scans, ingests] = [new Array<number>(), new Array<number>()];
  for (let turn = 0; turn < 3; turn++) {
    const db = inFolder(`ingest-${turn}.db`);
    scans.push(ownTime(`${alone} scan ${files}`));
    ingests.push(ownTime(`${alone} ingest files '${files}' --db ${db}`));
  }
  const [scan, ingest] = [median(scans), median(ingests)];
  return `Ingest of the small logs: ${seconds(ingest)}, ${(ingest / scan).toFixed(2)} times their scan.`;
}

function makeInputs(): Class[] {
  const scale = quick ? 0.1 : 1;
  const real = inFolder('realistic.log');
  writeJob(real, 1, 200 * megabyte * scale, realistic);
  const many = inFolder('dense.log');
  writeJob(many, 2, 100 * megabyte * scale, dense);
  const one = inFolder('one-line.log');
  writeOneLine(one, 3, 100 * megabyte * scale);
  const count = 10_000 * scale;
  mkdirSync(inFolder('small'));
  for (let index = 0; index < count; index++) {
    writeJob(inFolder(`small/${index}.log`), 100 + index, 59_000, { near: 10, known: 3 });
  }
  const wide = inFolder('wide.log');
  writeWideBuild(wide, 5, 100 * megabyte * scale);
  const small = `${inFolder('small')}/*.log`;
  const classes: Class[] = [
    { name: `realistic, ${200 * scale} MB`, files: real, ripgrep: '-c' },
    { name: `dense, ${100 * scale} MB`, files: many, ripgrep: '--json' },
    { name: `many vertices, ${100 * scale} MB`, files: wide, ripgrep: '-c' },
    { name: `one line, ${100 * scale} MB`, files: one, ripgrep: '-nbo' },
    { name: `${count} logs of 59 KB`, files: small, ripgrep: '-c' },
    { name: `the same, all processors, wall time`, files: small, ripgrep: '-c', together: true },
  ];
  if (existsSync('/usr/bin/unzip')) {
    const packed = inFolder('run.zip');
    writeFileSync(packed, zip(logsOf(count)));
    const name = `archive of ${count} such logs`;
    classes.push({ name, files: packed, ripgrep: '-c', isPacked: true });
  }
  if (!quick) {
    const big = inFolder('big.log');
    writeJob(big, 4, 1000 * megabyte, realistic);
    classes.splice(1, 0, { name: 'realistic, 1 GB', files: big, ripgrep: '-c' });
  }
  return classes;
}

/** The small logs, as a run's archive names them. */
function logsOf(count: number): Record<string, Buffer> {
  const entries = Array.from({ length: count }, (_, index) => [
    `${index}_job ${index}.txt`,
    readFileSync(inFolder(`small/${index}.log`)),
  ]);
  return Object.fromEntries(entries);
}

/** The same regexes for all, and the words that they require for GNU grep. */
function writePatterns({ regexes, words }: Programs): void {
  const { signatures, facts } = shipped.set;
  const forms = facts.flatMap((fact) => fact.forms);
  const sources = [...signatures, ...forms].map(({ regex }) =>
    regex.source.replaceAll('\\/', '/').replaceAll(/\(\?<[a-z]+>/g, '(?:'),
  );
  writeFileSync(regexes, `${sources.join('\n')}\n`);
  const literals = new Set([...signatures, ...forms].flatMap((pattern) => pattern.literals));
  writeFileSync(words, `${[...literals].join('\n')}\n`);
}

function measure(given: Class, programs: Programs): string {
  const { name, files, ripgrep, together } = given;
  const timed = together ? wallTime : ownTime;
  const commands = commandsFor(given, programs, cpus().length);
  const hasGrep = existsSync('/usr/bin/grep') && !together;
  // Seventy times slower: measured once, on the small input, and only there.
  const hasLoop = !quick && name.startsWith('realistic, 200');
  const times = {
    ours: new Array<number>(),
    ripgrep: new Array<number>(),
    grep: new Array<number>(),
  };
  for (let turn = 0; turn < runs; turn++) {
    times.ours.push(timed(commands.ours));
    times.ripgrep.push(timed(commands.ripgrep));
    if (hasGrep && turn < 3) times.grep.push(timed(commands.grep));
  }
  const plain = `'${process.execPath}' '${loop}' '${programs.regexes}' ${files}`;
  const slow = hasLoop ? seconds(timed(plain)) : '';
  const [ours, theirs] = [median(times.ours), median(times.ripgrep)];
  const grep = times.grep.length > 0 ? seconds(median(times.grep)) : '';
  return `| ${name} | ${seconds(ours)} | ${seconds(theirs)} (${ripgrep}) | ${grep} | ${slow} | ${(theirs / ours).toFixed(2)} |`;
}

/** The processor time of a command. */
function ownTime(command: string): number {
  const before = processorTime();
  run(command, inFolder('answer.txt'));
  return processorTime() - before;
}

/** Seconds on the clock. */
function wallTime(command: string): number {
  const before = performance.now();
  run(command, inFolder('answer.txt'));
  return (performance.now() - before) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function machine(): string {
  const [first] = cpus();
  const version = execFileSync(rgPath, ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '';
  return `${cpus().length} × ${first?.model ?? 'unknown'}, Node ${process.version}, ${version}; processor time, medians of ${runs}\n`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
