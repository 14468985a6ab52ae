/**
 * From all sightings in one log to one verdict: root over consequence, fatal over healed, and an honest
 * "unexplained" over a guess. It sees one job only; what neighbours prove is added later.
 */
import type { Conclusion, JobStep } from '../model/job.ts';
import type { Signature } from '../model/pattern.ts';
import type { ErrorLine, JobScan, Occurrence } from '../model/scan.ts';
import type { Confidence, Evidence, Verdict } from '../model/verdict.ts';
import { toMillis, type Instant } from '../model/time.ts';
import { hold, type JobCircumstances } from './circumstances.ts';
import type { CompiledPatterns } from './compiled-patterns.ts';
import { failedStep } from './failed-step.ts';
import { peel } from './peel.ts';
import { templateOf } from './template.ts';

/** What GitHub says of the job; nothing of it is known when a log is read alone. */
export interface JobOutcome {
  readonly conclusion: Conclusion;
  readonly steps: readonly JobStep[];
}

const unknownOutcome: JobOutcome = { conclusion: null, steps: [] };
/** From here up the runner or its host died: it beats everything that failed within a minute of it, in any step. */
const runnerRank = 95;
const runnerReach = 60_000;
/** From here down an error says only that something had ended already. */
const collateralRank = 29;
/** Below this an error tells nothing but that the step failed. */
const canceledRank = 20;
const maxEvidence = 6;

/** The verdict on a job from its own log. */
export function decide(
  scan: JobScan,
  patterns: CompiledPatterns,
  outcome: JobOutcome = unknownOutcome,
): Verdict {
  const { conclusion } = outcome;
  if (conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped')
    return passed();
  if (scan.givenUp) {
    return nothingFound('partial', null, `its scan took too long and ended at line ${scan.lines}`);
  }
  const failed = failedStep(scan, outcome.steps);
  if (conclusion === null && failed === null) {
    // A runner that came to its closing words without an error annotation saw no step fail.
    if (scan.structured && scan.ended) return passed();
    if (!showsFailure(scan)) {
      if (scan.structured || scan.cutMidLine) {
        return nothingFound('partial', null, 'the log ends before the job does');
      }
      const isJob = scan.builds.length > 0 || scan.firstAt !== null;
      return isJob ? passed() : nothingFound('partial', null, 'nothing in it tells of a job');
    }
  }
  const suspects = rank(candidates(scan, failed, patterns.signatures));
  const root = suspects[0];
  if (root === undefined) return unexplained(scan, failed, outcome, patterns);
  return explain(root, suspects, scan, failed, outcome, patterns);
}

/** The verdict on a job without a log; null for one that did not run to an end. */
export function decideWithoutLog({ conclusion }: Pick<JobOutcome, 'conclusion'>): Verdict | null {
  if (conclusion === 'success' || conclusion === 'neutral') return passed();
  if (conclusion === null || conclusion === 'skipped') return null;
  return nothingFound('no-log', null, `the job ended as ${conclusion}, and its log was not given`);
}

/** What the circumstances of a job were, for patterns and advice that depend on them. */
export function circumstancesOf(scan: JobScan, root: Occurrence | null): JobCircumstances {
  const fact = (name: string): string | null =>
    scan.facts.find((candidate) => candidate.name === name)?.value ?? null;
  return {
    dockerWorkedBefore:
      root !== null && scan.dockerWorkedLine !== null && scan.dockerWorkedLine < root.line,
    foreignBuilder: scan.builders.foreign,
    pointerReset: scan.builders.pointerReset,
    collision: false,
    hostShared: null,
    beside: new Set(
      scan.occurrences
        .filter(({ healed, step }) => !healed && root !== null && isSameStep(scan, root.step, step))
        .map(({ signature }) => signature),
    ),
    versions: {
      buildkit: fact('buildkit'),
      buildx: fact('buildx'),
      docker: fact('docker-server'),
    },
  };
}

/** What the runner says while it sets the job up stands before the step of its error. */
function isSameStep(scan: JobScan, step: number, other: number): boolean {
  return other === step || (other < 0 && scan.steps[step]?.setup === true);
}

interface Suspect {
  readonly occurrence: Occurrence;
  readonly signature: Signature;
}

/** Signs of failure in a log that does not tell the outcome by its form. */
function showsFailure(scan: JobScan): boolean {
  return (
    scan.errors.some(({ position }) => position === 'final' || position === 'annotation') ||
    scan.occurrences.some(({ position, healed }) => position === 'vertex-error' && !healed)
  );
}

/** The sightings that may be the reason why the job failed. */
function candidates(
  scan: JobScan,
  failed: number | null,
  signatures: ReadonlyMap<string, Signature>,
): Suspect[] {
  const deciding = scan.builds.findLastIndex(
    ({ step, auxiliary }) => !auxiliary && (failed === null || step === failed),
  );
  const failedAt = failureOf(scan, failed);
  return scan.occurrences.flatMap((occurrence) => {
    const signature = signatures.get(occurrence.signature);
    if (signature === undefined || occurrence.healed || occurrence.position === 'post') return [];
    const isRunner =
      signature.rank >= runnerRank &&
      occurrence.position === 'annotation' &&
      isNear(occurrence.at, failedAt);
    const isInFailedStep = failed === null || isSameStep(scan, failed, occurrence.step);
    // A step may build many times; a build that another one followed was retried, or not needed.
    const isInDecidingBuild = occurrence.build < 0 || deciding < 0 || occurrence.build >= deciding;
    return isRunner || (isInFailedStep && isInDecidingBuild) ? [{ occurrence, signature }] : [];
  });
}

/** When the step that failed said so; null where nothing tells. */
function failureOf(scan: JobScan, failed: number | null): Instant | null {
  const line = failed === null ? null : (scan.steps[failed]?.firstError ?? null);
  return line === null ? null : (scan.errors.find((error) => error.line === line)?.at ?? null);
}

function isNear(at: Instant | null, other: Instant | null): boolean {
  if (at === null || other === null) return true;
  return Math.abs(toMillis(at) - toMillis(other)) <= runnerReach;
}

/**
 * Highest rank first. Among errors that only say that something ended, the runner's own word beats the
 * client's: it knows who ended it. Among equals the client's last words beat what led to them, and the
 * earlier line beats the later. Repeats of one message come last.
 */
function rank(suspects: readonly Suspect[]): Suspect[] {
  return suspects.toSorted(
    (a, b) =>
      Number(a.occurrence.repeats) - Number(b.occurrence.repeats) ||
      rankOf(b) - rankOf(a) ||
      Number(isEarlierSign(a)) - Number(isEarlierSign(b)) ||
      a.occurrence.line - b.occurrence.line,
  );
}

function rankOf({ signature }: Suspect): number {
  return isRunnersWord(signature) ? Math.max(signature.rank, collateralRank) : signature.rank;
}

/** The runner says that it ended the step itself: canceled, or out of time. */
function isRunnersWord({ rank: own, where }: Signature): boolean {
  return where.size === 1 && where.has('annotation') && own >= canceledRank;
}

function isEarlierSign({ occurrence: { position } }: Suspect): boolean {
  return position === 'vertex-retry' || position === 'run-log';
}

function explain(
  root: Suspect,
  suspects: readonly Suspect[],
  scan: JobScan,
  failed: number | null,
  outcome: JobOutcome,
  patterns: CompiledPatterns,
): Verdict {
  const { occurrence, signature } = root;
  // Words of the lowest ranks only say that something ended; an error no signature knows may be why.
  const tellsNothing = signature.rank <= collateralRank && !isRunnersWord(signature);
  if (tellsNothing && unknownClientError(scan, failed, occurrence) !== null) {
    return unexplained(scan, failed, outcome, patterns);
  }
  const circumstances = circumstancesOf(scan, occurrence);
  const instead = signature.instead.find(({ when }) => hold(when, circumstances));
  const causeId = instead?.cause ?? signature.cause;
  const cause = patterns.set.causes.get(causeId);
  return {
    status: 'explained',
    cause: causeId,
    blame: cause?.blame ?? null,
    confidence: instead?.certainty ?? confidenceOf(root, scan, outcome),
    evidence: onePerSignature(suspects).slice(0, maxEvidence).map(evidenceOf),
    primaryError: null,
    template: null,
    reason:
      instead === undefined
        ? `${signature.title} (line ${occurrence.line})`
        : `${signature.title} (line ${occurrence.line}), under circumstances that make it ${causeId}`,
  };
}

function confidenceOf(
  { occurrence, signature }: Suspect,
  scan: JobScan,
  outcome: JobOutcome,
): Confidence {
  if (signature.certainty !== 'high') return signature.certainty;
  if (occurrence.position === 'run-log') return 'medium';
  const failedSteps = scan.steps.filter(({ firstError }) => firstError !== null).length;
  return outcome.conclusion === null && failedSteps > 1 ? 'medium' : 'high';
}

/** The root, and then one sighting of everything else: ten retries of one push prove no more than one. */
function onePerSignature(suspects: readonly Suspect[]): Suspect[] {
  const seen = new Set<string>();
  return suspects.filter(({ signature: { id } }) => !seen.has(id) && seen.add(id));
}

function evidenceOf({ occurrence }: Suspect): Evidence {
  const { line, at, signature, text } = occurrence;
  return { line, at, signature, text };
}

/** A client's last word that no signature recognises, in the build or step that failed. */
function unknownClientError(
  scan: JobScan,
  failed: number | null,
  known: Occurrence | null,
): ErrorLine | null {
  const recognised = new Set(scan.occurrences.map(({ text }) => peel(text)));
  const unknown = scan.errors.filter(
    ({ position, step, text }) =>
      position === 'final' && (failed === null || step === failed) && !recognised.has(peel(text)),
  );
  return unknown.findLast(({ line }) => line !== known?.line) ?? null;
}

/** A failure that no signature knows: the line it died with is kept for people and for grouping. */
function unexplained(
  scan: JobScan,
  failed: number | null,
  outcome: JobOutcome,
  patterns: CompiledPatterns,
): Verdict {
  const client = unknownClientError(scan, failed, null);
  const annotation = scan.errors.find(
    ({ position, step }) => position === 'annotation' && step === failed,
  );
  const here = scan.errors.findLast(({ step }) => failed === null || step === failed);
  const error = client ?? annotation ?? here ?? null;
  const primary = error === null ? null : evidenceOfError(error, '');
  if (primary === null && lostRunner(outcome) && patterns.set.causes.has('runner-lost')) {
    return {
      ...nothingFound(
        'explained',
        null,
        'the log stops in the middle and no step was ever concluded',
      ),
      cause: 'runner-lost',
      blame: patterns.set.causes.get('runner-lost')?.blame ?? null,
      confidence: 'medium',
    };
  }
  if (primary === null && !scan.ended) {
    return nothingFound('partial', null, 'the log ends before the failure');
  }
  return nothingFound('unexplained', primary, 'no signature knows the error');
}

/** A runner that vanished leaves its running step without a conclusion for ever. */
function lostRunner({ conclusion, steps }: JobOutcome): boolean {
  return (
    (conclusion === 'failure' || conclusion === 'cancelled') &&
    steps.some(({ status }) => status === 'in_progress') &&
    steps.every((step) => step.conclusion !== 'failure')
  );
}

function evidenceOfError({ line, at, text }: ErrorLine, signature: string): Evidence {
  return { line, at, signature, text };
}

function passed(): Verdict {
  return nothingFound('passed', null, 'the job succeeded');
}

function nothingFound(
  status: Verdict['status'],
  primaryError: Evidence | null,
  reason: string,
): Verdict {
  const template = primaryError === null ? null : templateOf(primaryError.text);
  const bare = { cause: null, blame: null, confidence: null, evidence: [] };
  return { status, ...bare, primaryError, template, reason };
}
