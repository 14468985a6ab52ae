/** Traps: logs in test/logs/traps with what must be concluded written at their head. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Conclusion } from '../../src/model/job.ts';
import { jobLog } from './job-log.ts';

export interface Trap {
  readonly number: number;
  readonly subject: string;
  /** As `sayVerdict` puts it. */
  readonly verdict: string;
  /** Signatures that the words look like. */
  readonly never: readonly string[];
  /** A signature that is seen many times and counts once. */
  readonly once: string | null;
  readonly conclusion: Conclusion;
  readonly log: string;
}

const folder = path.resolve(import.meta.dirname, '../logs/traps');

/** All traps, by their numbers. */
export function readTraps(): Trap[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => readTrap(readFileSync(path.join(folder, name), 'utf8')));
}

function readTrap(file: string): Trap {
  const [head = '', body = ''] = file.split('\n---\n');
  const fields = new Map(head.split('\n').map((line) => [line.split(': ')[0], valueOf(line)]));
  const field = (name: string): string => fields.get(name) ?? '';
  return {
    number: Number(field('trap')),
    subject: field('subject'),
    verdict: field('verdict'),
    never: field('never').split(', ').filter(Boolean),
    once: fields.get('once') ?? null,
    conclusion: fields.get('conclusion') === 'cancelled' ? 'cancelled' : null,
    log: jobLog(body.replace(/\n$/, '')),
  };
}

function valueOf(line: string): string {
  return line.slice(line.indexOf(': ') + 2);
}
