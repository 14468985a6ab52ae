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

/** Draws answers for people: one drawer for all logs of a command, since what is said of a cause recurs. */
export class ScanText {
  readonly #width: number;
  readonly #style: Style;
  readonly #drawn = new Map<string, string>();

  constructor(width: number, style: Style) {
    this.#width = Math.max(40, width - label);
    this.#style = style;
  }

  /** What is said of one log. */
  of({ source, scan, verdict, cause, signature, advice }: ScanResult): string {
    const lines = [this.#style.bold(escapeControls(source))];
    if (verdict.status === 'passed') lines.push(this.#row('verdict', 'passed'));
    else if (cause === null) {
      lines.push(this.#row('verdict', `${verdict.status}: ${verdict.reason}`));
    } else {
      const weight = `${cause.blame}, confidence ${verdict.confidence}`;
      lines.push(this.#row('cause', `${cause.id} (${weight})`), this.#recurring('', cause.title));
    }
    for (const { line, at, text } of [
      ...verdict.evidence,
      ...(verdict.primaryError ? [verdict.primaryError] : []),
    ]) {
      const time = at === null ? '' : `${at.slice(11, 22)} `;
      const place = this.#style.dim(`line ${line} `.padEnd(label));
      lines.push(place + time + bounded(escapeControls(text)));
    }
    if (cause !== null) lines.push(this.#recurring('why', cause.explanation));
    if (signature?.affects) lines.push(this.#recurring('affects', rangesText(signature.affects)));
    if (signature?.fixedIn) lines.push(this.#recurring('fixed in', rangesText(signature.fixedIn)));
    lines.push(...advice.map((text, index) => this.#recurring(index === 0 ? 'do' : '', text)));
    lines.push(...this.#surroundings(scan));
    return `${lines.join('\n')}\n`;
  }

  #surroundings({ builders, facts }: JobScan): string[] {
    const lines: string[] = [];
    if (builders.used !== null) {
      const created = builders.created.join(', ') || 'none';
      const foreign = builders.foreign
        ? `; it had created ${created}, so this was another job's`
        : '';
      lines.push(this.#row('builder', `built on ${builders.used}${foreign}`));
    }
    const shown = factsShown.flatMap((name) => {
      const fact = facts.find((candidate) => candidate.name === name);
      return fact === undefined ? [] : [`${name} ${fact.value} (line ${fact.line})`];
    });
    if (shown.length > 0) lines.push(this.#row('facts', shown.join(', ')));
    return lines;
  }

  #row(name: string, text: string): string {
    const [first = '', ...rest] = wrap(escapeControls(text), this.#width);
    return [
      this.#style.dim(name.padEnd(label)) + first,
      ...rest.map((line) => ' '.repeat(label) + line),
    ].join('\n');
  }

  /** A row whose text is a pattern's, drawn once. */
  #recurring(name: string, text: string): string {
    const key = `${name} ${text}`;
    const drawn = this.#drawn.get(key) ?? this.#row(name, text);
    this.#drawn.set(key, drawn);
    return drawn;
  }
}

function rangesText(ranges: VersionRanges): string {
  return Object.entries(ranges)
    .flatMap(([component, range]) => (range === undefined ? [] : [`${component} ${range}`]))
    .join(', ');
}

function bounded(text: string): string {
  return text.length <= maxShown
    ? text
    : `${Array.from(text)
        .slice(0, maxShown - 1)
        .join('')}…`;
}
