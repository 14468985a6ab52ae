/**
 * What is the same in two failures that nothing explains: the error line with everything that varies
 * masked. Its fingerprint groups jobs over months, so the algorithm has a version that is part of it.
 */
import { createHash } from 'node:crypto';

import type { Template } from '../model/verdict.ts';
import { peel, withoutCommand } from './peel.ts';

const algorithm = 't1';
const maxLength = 400;
/** A pattern may hold four open repetitions. */
const mostGaps = 4;

/** In this order: what a later mask would tear apart is masked before. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\bhttps?:\/\/\S+/g, '<url>'],
  [/\b(?:sha256:)?[0-9a-f]{32,}\b/g, '<digest>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/\[[0-9a-f:]{3,}\]:\d+/g, '<address>'],
  [/\b[\w.-]+\.[a-z]{2,}(?::\d+)?(?:\/[\w./:@-]+)?/g, '<host>'],
  [/\b(?:[0-9a-f]{7,31}|[a-z0-9]{25})\b(?<=\d\S*)/g, '<id>'],
  [/(?:^|(?<=[\s"'=(]))(?:\/[\w.@+-]+){2,}\/?/g, '<path>'],
  [/\b\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|[kKMGT]i?B|B)?\b/g, '<n>'],
];

/** The template of an error line. */
export function templateOf(errorLine: string): Template {
  let text = withoutCommand(peel(errorLine)).slice(0, maxLength).trim();
  for (const [pattern, mask] of masks) text = text.replaceAll(pattern, mask);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return { fingerprint: `${algorithm}-${digest}`, text };
}

/**
 * A regex for everything that has this template: its fixed parts taken literally, as far as the bound on
 * open repetitions reaches.
 */
export function regexOf({ text }: Template): string {
  const parts = text.split(/(?:<[a-z]+>)+/).slice(0, mostGaps + 1);
  return `^${parts.map(escapeRegex).join('\\S+')}`;
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, '\\$&');
}
