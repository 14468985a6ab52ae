/**
 * `npm run bench`: the whole program against ripgrep, GNU grep and the plain loop, on logs made from a
 * seed. Processor time of whole processes, run in turns, medians; wall time is worth nothing on a shared
 * machine. Then all reports on a store of a million jobs. `-- --quick` measures less, `-- --reports` only the
 * latter. The answer is Markdown: test/bench/results keeps some.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { rgPath } from '@vscode/ripgrep';

import { shipped } from '../support/scan-log.ts';
import { dense, realistic, writeJob, writeOneLine } from './generate.ts';
import { benchReports } from './reports.ts';
import { processorTime } from './processor-time.ts';

interface Class {
  readonly name: string;
  /** What is scanned: files, or one pattern of the shell's. */
  readonly files: string;
  /** How ripgrep is asked for the most alike thing. */
  readonly ripgrep: string;
}

const quick = process.argv.includes('--quick');
const runs = quick ? 3 : 5;
const megabyte = 1_000_000;
const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const loop = fileURLToPath(new URL('plain-loop.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'buildlog-bench-'));
const inFolder = (name: string): string => path.join(folder, name);

try {
  if (!process.argv.includes('--reports')) benchScan();
  const jobs = quick ? 100_000 : 1_000_000;
  for (const line of benchReports(program, inFolder('big.db'), jobs, 3)) say(line);
} finally {
  rmSync(folder, { recursive: true });
}

function benchScan(): void {
  const classes = makeInputs();
  const words = inFolder('words.txt');
  const regexes = inFolder('regexes.txt');
  writePatterns(regexes, words);
  const rows = classes.map((each) => measure(each, regexes, words));
  say(machine());
  say('| class | buildlog scan | ripgrep | GNU grep -F | plain loop | ripgrep / buildlog |');
  say('| --- | --- | --- | --- | --- | --- |');
  for (const row of rows) say(row);
  say('');
}

function makeInputs(): Class[] {
  const scale = quick ? 0.25 : 1;
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
  const classes = [
    { name: `realistic, ${200 * scale} MB`, files: real, ripgrep: '-c' },
    { name: `dense, ${100 * scale} MB`, files: many, ripgrep: '--json' },
    { name: `one line, ${100 * scale} MB`, files: one, ripgrep: '-nbo' },
    { name: `${count} logs of 59 KB`, files: `${inFolder('small')}/*.log`, ripgrep: '-c -j1' },
  ];
  if (!quick) {
    const big = inFolder('big.log');
    writeJob(big, 4, 1000 * megabyte, realistic);
    classes.splice(1, 0, { name: 'realistic, 1 GB', files: big, ripgrep: '-c' });
  }
  return classes;
}

/** The same regexes for all, and the words that they require for GNU grep. */
function writePatterns(regexes: string, words: string): void {
  const { signatures, facts } = shipped.set;
  const forms = facts.flatMap((fact) => fact.forms);
  const sources = [...signatures, ...forms].map(({ regex }) =>
    regex.source.replaceAll('\\/', '/').replaceAll(/\(\?<[a-z]+>/g, '(?:'),
  );
  writeFileSync(regexes, `${sources.join('\n')}\n`);
  const literals = new Set([...signatures, ...forms].flatMap((pattern) => pattern.literals));
  writeFileSync(words, `${[...literals].join('\n')}\n`);
}

function measure({ name, files, ripgrep }: Class, regexes: string, words: string): string {
  const commands = {
    ours: `'${process.execPath}' '${program}' scan ${files}`,
    ripgrep: `'${rgPath}' ${ripgrep} --no-unicode -f '${regexes}' ${files}`,
    grep: existsSync('/usr/bin/grep') ? `LC_ALL=C grep -c -F -f '${words}' ${files}` : null,
    // Seventy times slower: measured once, on the small input, and only there.
    loop:
      quick || !name.startsWith('realistic, 200')
        ? null
        : `'${process.execPath}' '${loop}' '${regexes}' ${files}`,
  };
  const times = {
    ours: new Array<number>(),
    ripgrep: new Array<number>(),
    grep: new Array<number>(),
  };
  for (let run = 0; run < runs; run++) {
    times.ours.push(timed(commands.ours));
    times.ripgrep.push(timed(commands.ripgrep));
    if (commands.grep !== null && run < 3) times.grep.push(timed(commands.grep));
  }
  const slow = commands.loop === null ? '' : seconds(timed(commands.loop));
  const [ours, theirs] = [median(times.ours), median(times.ripgrep)];
  const grep = times.grep.length > 0 ? seconds(median(times.grep)) : '';
  return `| ${name} | ${seconds(ours)} | ${seconds(theirs)} (${ripgrep}) | ${grep} | ${slow} | ${(theirs / ours).toFixed(2)} |`;
}

/** The processor time of a command whose answer goes to a file: some stop early when nobody listens. */
function timed(command: string): number {
  const answer = openSync(inFolder('answer.txt'), 'w');
  const before = processorTime();
  spawnSync('/bin/sh', ['-c', command], { stdio: ['ignore', answer, 'ignore'] });
  closeSync(answer);
  return processorTime() - before;
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
