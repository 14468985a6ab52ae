/** One screen: what failed and why, which other job did it, what is not to blame, what would help. */
import { proportion } from '../analysis/proportion.ts';
import type { Cause } from '../model/pattern.ts';
import { plural } from '../model/plural.ts';
import type { Db } from '../store/store.ts';
import { causesSection } from './causes.ts';
import { isAtRisk, riskSection, victimsSection } from './collisions.ts';
import { builderSentence } from './concurrency.ts';
import { numberOf, removedByOther, type History } from './history.ts';
import { otherFindings } from './other-findings.ts';
import { proofSection } from './proof.ts';
import type { Finding, Report, Section } from './report.ts';
import { samplingFinding } from './sampling.ts';
import { buildkitSentence } from './versions.ts';

const causesShown = 8;
const victimsShown = 10;
const hostsShown = 10;
const mostFindings = 5;

export function summaryReport(
  history: History,
  causes: ReadonlyMap<string, Cause>,
  db: Db,
): Report {
  const victims = victimsSection(history);
  const proof = proofSection(history, db);
  const sections = proof === null ? [] : [proof];
  sections.push(
    without(top(causesSection(history, causes), causesShown, 'causes'), ['first', 'last']),
  );
  if (victims.rows.length > 0) {
    sections.push(without(top(victims, victimsShown, 'collisions'), ['builder']));
  }
  const risk = riskSection(history);
  const atRisk = risk.rows.filter(({ foreign }) => countOf(foreign) > 0);
  if (atRisk.length > 0) sections.push(top({ ...risk, rows: atRisk }, hostsShown, 'collisions'));
  return {
    id: 'summary',
    title: 'Summary',
    scope: history.scope,
    findings: findings(history, causes),
    sections,
  };
}

function countOf(cell: unknown): number {
  return typeof cell === 'object' && cell !== null && 'count' in cell ? Number(cell.count) : 0;
}

function top(section: Section, rows: number, report: string): Section {
  if (section.rows.length <= rows) return section;
  const note = `${rows} of ${section.rows.length} shown: buildlog report ${report}`;
  return { ...section, rows: section.rows.slice(0, rows), note: [note, section.note].join('\n') };
}

/** A summary's table leaves out what the report of its own shows. */
function without(section: Section, keys: readonly string[]): Section {
  return { ...section, columns: section.columns.filter(({ key }) => !keys.includes(key)) };
}

function findings(history: History, causes: ReadonlyMap<string, Cause>): Finding[] {
  const others = otherFindings(history);
  const found = [
    samplingFinding(history),
    removedFinding(history),
    sentence(buildkitSentence(history, removedByOther), 'buildlog report versions'),
    sentence(builderSentence(history), 'buildlog report concurrency'),
    ...others.strong,
    riskFinding(history, causes),
    ownFinding(history),
    unexplainedFinding(history),
    ...others.weak,
  ];
  return found.filter((finding) => finding !== null).slice(0, mostFindings);
}

function sentence(text: string | null, more: string): Finding | null {
  return text === null ? null : { text, more };
}

function removedFinding({ linked, infra, built, collisions }: History): Finding | null {
  const lost = infra().filter((job) => job.built && job.cause === removedByOther);
  if (lost.length === 0) return null;
  const named = collisions.filter(
    ({ cause, culprit_job_id: culprit }) => cause === removedByOther && culprit !== null,
  );
  const culprits = new Set(
    named.map(({ culprit_host: host, culprit_job_id: id }) => `${host}/${id}`),
  );
  const green = [...culprits].filter((key) => linked().get(key)?.status === 'passed').length;
  return {
    text:
      `${lost.length} of ${plural(numberOf(built), 'build')} died because another job on the host removed ` +
      `the builder they were building on; who did it is named for ${named.length} ` +
      `(${plural(culprits.size, 'job')}, ${green} of them green).`,
    more: 'buildlog report collisions',
  };
}

/** What would help: bound to how many builds are at risk, not to folklore. */
function riskFinding({ built }: History, causes: ReadonlyMap<string, Cause>): Finding | null {
  const foreign = built.filter(isAtRisk);
  if (foreign.length === 0) return null;
  const green = numberOf(foreign.filter(({ outcome }) => outcome === 'passed'));
  const remedy = causes.get(removedByOther)?.advice.at(-1)?.text.split('. ')[0] ?? '';
  return {
    text:
      `Standing risk: ${numberOf(foreign)} of ${plural(numberOf(built), 'build')} ran on another job's builder, ` +
      `and ${green} of them passed. ${remedy}${remedy.endsWith('.') || remedy === '' ? '' : '.'}`,
    more: 'buildlog report collisions',
  };
}

/** Failures of the change itself: to run them again is waste. */
function ownFinding({ causes, scope }: History): Finding | null {
  const own = causes()
    .filter(({ blame }) => blame === 'code')
    .reduce((sum, { jobs }) => sum + jobs, 0);
  if (own === 0) return null;
  const { rate } = proportion(own, scope.failed);
  const share = rate === null ? '' : ` (${Math.round(rate * 100)} %)`;
  return {
    text: `${own} of ${plural(scope.failed, 'failure')}${share} ${own === 1 ? 'is' : 'are'} the change's own: running ${own === 1 ? 'it' : 'them'} again is waste.`,
    more: 'buildlog report causes',
  };
}

function unexplainedFinding({ scope }: History): Finding | null {
  if (scope.unexplained === 0) return null;
  return {
    text: `${scope.unexplained} of ${plural(scope.failed, 'failure')} ${scope.unexplained === 1 ? 'is' : 'are'} not explained.`,
    more: 'buildlog report unexplained',
  };
}
