/**
 * GitHub's answers saved to files: `list jobs for a workflow run` and `list workflow runs`. Whole answers,
 * bare arrays and one object per line are read alike; an entry that is none is reported and skipped.
 */
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import type { Job, Run } from '../../model/job.ts';
import { whyUnreadable } from '../../model/unreadable.ts';
import { jobSchema, runSchema, toJob, toRun } from '../answers.ts';

/** Something in a file that could not be used, and where. */
export interface MetadataProblem {
  readonly source: string;
  readonly message: string;
}

/** The jobs in a file, and what in it was no job. A file that cannot be read at all is one problem. */
export function readJobs(path: string): Promise<{ items: Job[]; problems: MetadataProblem[] }> {
  return readItems(path, 'jobs', jobSchema, (job) => toJob(job));
}

/** The run attempts in a file. */
export function readRuns(path: string): Promise<{ items: Run[]; problems: MetadataProblem[] }> {
  return readItems(path, 'workflow_runs', runSchema, (run) => toRun(run));
}

async function readItems<S extends z.ZodType, T>(
  path: string,
  member: string,
  schema: S,
  convert: (value: z.infer<S>) => T | string,
): Promise<{ items: T[]; problems: MetadataProblem[] }> {
  const items: T[] = [];
  const problems: MetadataProblem[] = [];
  const report = (message: string): void => void problems.push({ source: path, message });
  for (const [place, value] of entriesOf(await readText(path, report), member, report)) {
    const read = schema.safeParse(value);
    const item = read.success ? convert(read.data) : explain(read.error);
    if (typeof item === 'string') report(`${place}: ${item}; skipped`);
    else items.push(item);
  }
  return { items, problems };
}

async function readText(path: string, report: (message: string) => void): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    report(whyUnreadable(error));
    return '[]';
  }
}

/** Each entry with the words that say where it stands. */
function entriesOf(
  text: string,
  member: string,
  report: (message: string) => void,
): [place: string, value: unknown][] {
  const whole = tryParse(text);
  if (whole !== undefined) return namedEntries(whole, member, report);
  // gh api --paginate prints one answer after the other; other tools print one entry a line.
  const firstLine = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const isLines = tryParse(firstLine) !== undefined;
  return documentsIn(text, isLines).flatMap(([place, document]) => {
    const value = tryParse(document);
    if (value === undefined) {
      report(`${place} is not JSON; skipped`);
      return [];
    }
    const isAnswer = Array.isArray(value) || (isObject(value) && member in value);
    return isAnswer ? namedEntries(value, member, report) : [[place, value] as [string, unknown]];
  });
}

/** The pieces of a file that is no single document: its lines, or whatever its outer brackets enclose. */
function documentsIn(text: string, isLines: boolean): [place: string, document: string][] {
  if (isLines) {
    return text
      .split('\n')
      .map((line, index): [string, string] => [`line ${index + 1}`, line])
      .filter(([, line]) => line.trim() !== '');
  }
  const documents: [string, string][] = [];
  let depth = 0;
  let start = 0;
  // Strings are skipped whole: brackets inside them enclose nothing.
  for (const { index, 0: token } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth !== 0 || token.startsWith('"')) continue;
    documents.push([`answer ${documents.length + 1}`, text.slice(start, index + 1)]);
    start = index + 1;
  }
  const rest = text.slice(start).trim();
  return rest === ''
    ? documents
    : [...documents, [`what follows answer ${documents.length}`, rest]];
}

function namedEntries(
  whole: unknown,
  member: string,
  report: (message: string) => void,
): [string, unknown][] {
  if (Array.isArray(whole)) {
    // Pages that were collected into one array.
    const pages = whole.flatMap((page: unknown) =>
      isObject(page) && Array.isArray(page[member]) ? page[member] : [page],
    );
    return pages.map((value: unknown, index) => [`entry ${index + 1}`, value]);
  }
  const list = isObject(whole) ? whole[member] : undefined;
  if (Array.isArray(list))
    return list.map((value: unknown, index) => [`${member}[${index}]`, value]);
  if (isObject(whole) && 'id' in whole) return [['the object', whole]];
  report(`has no \`${member}\`; give GitHub's answer as it is`);
  return [];
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explain(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined
    ? 'is not understood'
    : `\`${issue.path.join('.')}\`: ${issue.message}`;
}
