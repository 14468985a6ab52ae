/** What `buildlog scan` says of one log, for people and for programs. */
import type { Cause, Signature, VersionRanges } from '../model/pattern.ts';
import type { JobScan } from '../model/scan.ts';
import type { Verdict } from '../model/verdict.ts';
import { escapeControls, toJson } from './escape.ts';
import { schemaVersion } from './schema-version.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface ScanResult {
  readonly source: string;
  readonly scan: JobScan;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly signature: Signature | null;
  /** The advice that fits the circumstances. */
  readonly advice: readonly string[];
}

const label = 11;
/** Characters shown of a line of the log. */
const maxShown = 400;
const factsShown = [
  'buildkit',
  'driver',
  'buildx',
  'docker-server',
  'docker-client',
  'runner-version',
  'runner-name',
  'machine-name',
];

/** One JSON object on one line; its fields are a contract. */
export function scanJson({ source, scan, verdict }: ScanResult): string {
  const { status, cause, blame, confidence } = verdict;
  return `${toJson({
    schema_version: schemaVersion,
    source,
    verdict: { status, cause, blame, confidence },
    reason: verdict.reason,
    evidence: verdict.evidence,
    primary_error: verdict.primaryError,
    facts: Object.fromEntries(scan.facts.map(({ name, value, line }) => [name, { value, line }])),
    builders: scan.builderEvents.map(({ name, event, line, at }) => ({ name, event, line, at })),
    foreign_builder: scan.builders.foreign,
  })}\n`;
}

export function scanText(result: ScanResult, width: number, style: Style): string {
  const { source, scan, verdict, cause, signature, advice } = result;
  const row = (name: string, text: string): string => {
    const [first = '', ...rest] = wrap(escapeControls(text), Math.max(40, width - label));
    return [
      style.dim(name.padEnd(label)) + first,
      ...rest.map((line) => ' '.repeat(label) + line),
    ].join('\n');
  };
  const lines = [style.bold(escapeControls(source))];
  if (verdict.status === 'passed') lines.push(row('verdict', 'passed'));
  else if (cause === null) lines.push(row('verdict', `${verdict.status}: ${verdict.reason}`));
  else {
    lines.push(row('cause', `${cause.id} (${cause.blame}, confidence ${verdict.confidence})`));
    lines.push(row('', cause.title));
  }
  for (const { line, at, text } of [
    ...verdict.evidence,
    ...(verdict.primaryError ? [verdict.primaryError] : []),
  ]) {
    const time = at === null ? '' : `${at.slice(11, 22)} `;
    lines.push(style.dim(`line ${line} `.padEnd(label)) + time + bounded(escapeControls(text)));
  }
  if (cause !== null) lines.push(row('why', cause.explanation));
  if (signature?.affects) lines.push(row('affects', rangesText(signature.affects)));
  if (signature?.fixedIn) lines.push(row('fixed in', rangesText(signature.fixedIn)));
  advice.forEach((text, index) => lines.push(row(index === 0 ? 'do' : '', text)));
  const { builders } = scan;
  if (builders.used !== null) {
    const created = builders.created.join(', ') || 'none';
    const foreign = builders.foreign
      ? `; it had created ${created}, so this was another job's`
      : '';
    lines.push(row('builder', `built on ${builders.used}${foreign}`));
  }
  const facts = factsShown.flatMap((name) => {
    const fact = scan.facts.find((candidate) => candidate.name === name);
    return fact === undefined ? [] : [`${name} ${fact.value} (line ${fact.line})`];
  });
  if (facts.length > 0) lines.push(row('facts', facts.join(', ')));
  return `${lines.join('\n')}\n`;
}

function rangesText(ranges: VersionRanges): string {
  return Object.entries(ranges)
    .flatMap(([component, range]) => (range === undefined ? [] : [`${component} ${range}`]))
    .join(', ');
}

function bounded(text: string): string {
  return text.length <= maxShown ? text : `${[...text].slice(0, maxShown - 1).join('')}…`;
}
