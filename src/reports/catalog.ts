/**
 * All reports, by the name that is typed. A new report is a file beside this one, a line in here and one in
 * names.ts.
 */
import type { PatternSet } from '../model/pattern.ts';
import type { Db } from '../store/store.ts';
import { causesReport } from './causes.ts';
import { collisionsReport } from './collisions.ts';
import { concurrencyReport } from './concurrency.ts';
import { flakyReport } from './flaky.ts';
import type { History } from './history.ts';
import { hostsReport } from './hosts.ts';
import { reportSummaries } from './names.ts';
import type { References } from './reference.ts';
import type { Report } from './report.ts';
import { calendarReport } from './over-time.ts';
import { summaryReport } from './summary.ts';
import { trendReport } from './trend.ts';
import { unexplainedReport } from './unexplained.ts';
import { versionsReport } from './versions.ts';

export interface ReportInput {
  readonly history: History;
  readonly patterns: PatternSet;
  readonly db: Db;
  /** Versions to compare with; without one, the most used. */
  readonly references?: References;
}

export interface ReportEntry {
  readonly summary: string;
  /** What its words mean, beyond what holds for all reports. */
  readonly definitions: readonly string[];
  readonly make: (input: ReportInput) => Report;
}

export const reports: Readonly<Record<string, ReportEntry>> = {
  summary: {
    summary: reportSummaries.summary,
    definitions: [
      "Findings are ranked: what two logs prove, what versions and load can or can't explain, what is at risk, what re-running wastes. At most five.",
    ],
    make: ({ history, patterns, db }) => summaryReport(history, patterns.causes, db),
  },
  causes: {
    summary: reportSummaries.causes,
    definitions: [
      "Next attempt: the same job in the run's next attempt in which it was not canceled. A failure that comes again when it is run again is asked for its first re-run only.",
    ],
    make: ({ history, patterns, db }) => causesReport(history, patterns, db),
  },
  versions: {
    summary: reportSummaries.versions,
    definitions: [
      'Raw ratio: failures per build against the reference, which is the most used version (most minutes) unless --reference names another, with the exact conditional interval.',
      'Adjusted: rate ratio per minute from a Firth-penalised conditional Poisson model; strata are job × age of the build; other builds running are held equal; the interval is of profile likelihood, widened by the clustering factor φ = Σm²/Σm over incidents of size m.',
      "p: Fisher's exact test against all other versions; q: Benjamini–Hochberg over the versions of a cause and component.",
      'The verdict holds version and load together (Holm at 5 %) and climbs a ladder: the same weeks, the same hosts.',
      'Information left: how much of what the first comparison could tell a closer one still can. By Mantel and Haenszel: the rate ratio over job × age × load without a model.',
      'Came together: at least 95 % of the minutes of a version had a value, and of that value the version.',
      'Gather: where neither version nor load is to blame, repositories, hosts, runner images, drivers and hours of the day (UTC, of the start) whose rate is above that of all others: q below 1 % over all of them by minutes, and the lower limit above 1.5 by minutes and by builds.',
      'Control: failures of the change itself; where they too rise with the version or the load, nothing is concluded.',
      'No failure: the one-sided 95 % bound 1 − 0.05^(1/n); a ratio that could not be seen is one that 80 of 100 such histories would not show.',
    ],
    make: ({ history, references }) => versionsReport(history, references),
  },
  concurrency: {
    summary: reportSummaries.concurrency,
    definitions: [
      'Others: builds running on the same engine in that minute, all attempts and repositories, beside the one that is counted; 4 or more are one level.',
      'Each further build: rate ratio from the same model, within job × age × host, at equal version.',
      'Odds ratio for each further build: Firth-penalised logistic regression per build by the others at its start; beside any other build: Mantel–Haenszel; neither decides.',
      '--level: daemon counts builds of one BuildKit daemon, machine those of one machine, as others; hosts that are held equal stay engines. They are three questions; who asks all should ask for p below a third of 5 %.',
      "Another job's builder: the build ran on a builder that a different job had created.",
    ],
    make: ({ history }) => concurrencyReport(history),
  },
  hosts: {
    summary: reportSummaries.hosts,
    definitions: [
      'Lift: failures per build on the host over those on all other hosts, exact interval. q: Benjamini–Hochberg over the hosts of a cause.',
    ],
    make: ({ history }) => hostsReport(history),
  },
  trend: {
    summary: reportSummaries.trend,
    definitions: [
      'Change: Bayes factor of one change against none at least 20, over at most 400 bins of equal build count, one failure for each incident; found one inside the other.',
      'Roll-out: from the first build on a version to 90 % of the hosts that got it; it coincides within one day of the range.',
    ],
    make: ({ history }) => trendReport(history),
  },
  calendar: {
    summary: reportSummaries.calendar,
    definitions: [
      "A build counts on the day of its start, UTC, whatever attempt it was; causes that are the change's own stand apart.",
    ],
    make: ({ history }) => calendarReport(history),
  },
  flaky: {
    summary: reportSummaries.flaky,
    definitions: [
      'Flaky: the Wilson interval of the share of next attempts that passed lies above 50 % (8 re-runs at least); not flaky: below 20 %.',
      'Failed: first failures of a cause in the attempts of one job; one that comes again when it is run again is not counted anew.',
      'If all were re-run: passed / failed and (passed + never re-run) / failed. Minutes lost: of failed attempts whose next attempt passed, from the first build’s start to the last one’s end, or the job’s; a sum, without queues.',
      'After 1 retry: p (1 − r), p being the rate among builds and r the rate of passing re-runs with its interval. Clean builds: the smallest n with (1 − p)^n ≤ 5 %.',
      'Carried over: jobs that a partial re-run copied from an earlier attempt, with new ids and the old times; in no count.',
    ],
    make: ({ history }) => flakyReport(history),
  },
  collisions: {
    summary: reportSummaries.collisions,
    definitions: [
      'Culprit: the job whose log shows the removal of the builder; the victim died between the begin of the removal and its end.',
    ],
    make: ({ history, db }) => collisionsReport(history, db),
  },
  unexplained: {
    summary: reportSummaries.unexplained,
    definitions: [
      'Fingerprint: the digest of the last error line with everything that varies masked.',
    ],
    make: ({ history, patterns, db }) => unexplainedReport(history, patterns, db),
  },
};
