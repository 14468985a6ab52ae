/**
 * What each report counts, as one statement that runs by itself: for whoever wants to count it again. The reports do not run
 * these; a test holds the answers against what they show. Rates, intervals and models are made of such counts.
 */
import type { Setup } from './roll-up-rows.ts';

const failedByCause = `/* failed jobs of each cause and of all, next attempts that were not canceled, and those of them that passed */
SELECT coalesce(cause, status) AS cause, count(*) AS failed,
  (SELECT count(*) FROM rolled_jobs WHERE failed) AS of_all,
  count(next_passed) AS run_again, total(next_passed) AS passed
FROM rolled_jobs WHERE failed GROUP BY 1 ORDER BY failed DESC, 1`;

const atRisk = `/* builds on another job's builder, and of all whose builder is known */
SELECT p.machine, total(b.weight) FILTER (WHERE ownership IN ('foreign', 'reset')) AS at_risk,
  total(b.weight) AS builds
FROM rolled_builds b JOIN rolled_places p ON p.id = b.place
WHERE outcome <> 'canceled' AND ownership <> 'unknown' GROUP BY 1 ORDER BY 1`;

/** First attempts that built: failures of each cause, and builds, by a column of a table that both are joined to. */
function failuresBy(column: string, table: 'setup' | 'place', title: string): string {
  const join = `JOIN rolled_${table}s s ON s.id = ${table}`;
  return `/* failures of each cause and builds by ${title}: first attempts that were not canceled */
SELECT c.cause, coalesce(b.${column}, 'unknown') AS ${column}, count(j.job_id) AS failures, b.builds
FROM (SELECT DISTINCT cause FROM rolled_jobs WHERE failed AND built AND blame = 'infra') c
CROSS JOIN (SELECT ${column}, total(weight) AS builds FROM rolled_builds ${join}
  WHERE first AND outcome <> 'canceled' GROUP BY 1) b
LEFT JOIN (SELECT job_id, cause, ${column} FROM rolled_jobs ${join}
  WHERE failed AND built AND blame = 'infra' AND coalesce(attempt, 1) = 1) j
  ON j.cause = c.cause AND j.${column} IS b.${column}
GROUP BY 1, 2 ORDER BY 1, 2`;
}

const components: Readonly<Partial<Record<keyof Setup, string>>> = {
  buildkit: 'BuildKit version',
  buildx: 'Buildx version',
  docker_server: 'Docker Engine version',
  runner_version: 'runner version',
};

const minutesByLoad = `/* minutes of first attempts, alone and beside others */
SELECT total(alone) AS alone, total(beside_1) AS beside_1, total(beside_2) AS beside_2,
  total(beside_3) AS beside_3, total(beside_4) AS beside_4_or_more FROM rolled_minutes_by_week`;

const failuresByLoad = `/* failures of each cause by the others that ran at that moment */
SELECT cause, others, count(*) AS failures FROM rolled_jobs
WHERE failed AND blame = 'infra' AND moment IS NOT NULL AND coalesce(attempt, 1) = 1
GROUP BY 1, 2 ORDER BY 1, 2`;

const buildsByOwnership = `/* first attempts by whose builder they ran on */
SELECT ownership, total(builds) FILTER (WHERE outcome = 'failed') AS failed, total(weight) AS builds
FROM rolled_builds WHERE first AND outcome <> 'canceled' GROUP BY 1 ORDER BY 1`;

const failuresBySpan = `/* failures of each cause and builds by the time of their start: first attempts */
SELECT datetime(60 * start, 'unixepoch') AS start, cause, total(builds) FILTER (WHERE failed) AS failed,
  sum(total(weight)) OVER (PARTITION BY start) AS builds
FROM rolled_spans WHERE first GROUP BY 1, 2 ORDER BY 1, 2`;

const failuresByDay = `/* builds by the day of their start, and those that failed by what is to blame */
SELECT date(60 * start, 'unixepoch') AS day, total(builds) FILTER (WHERE failed AND blame = 'infra') AS infra,
  total(builds) FILTER (WHERE failed AND blame = 'code') AS code,
  total(builds) FILTER (WHERE failed AND blame = 'mixed') AS mixed,
  total(builds) FILTER (WHERE failed AND blame IS NULL) AS unexplained,
  total(builds) FILTER (WHERE failed) AS failed, total(weight) AS builds
FROM rolled_spans GROUP BY 1 ORDER BY 1`;

const nextAttempts = `/* failed jobs of each cause but for re-runs that failed of it again, first re-runs that were not canceled, and those
   of them that passed */
SELECT cause, count(*) AS failed, count(next_passed) AS run_again, total(next_passed) AS passed
FROM rolled_jobs j WHERE failed AND cause IS NOT NULL AND run_id IS NOT NULL AND attempt IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM rolled_jobs b WHERE b.host = j.host AND b.run_id = j.run_id
    AND b.work = j.work AND b.attempt < j.attempt AND b.failed AND b.cause = j.cause)
GROUP BY 1 ORDER BY run_again DESC, failed DESC, 1`;

const collisionsByCulprit = `/* each job that lost its builder, and who removed it */
SELECT job_id, culprit_job_id, failed_at, delay_s, strength, builder FROM collisions
WHERE cause = 'builder-removed-by-other-job' ORDER BY failed_at`;

const unexplainedByLine = `/* failed jobs that nothing explains, by the line that they died with */
SELECT v.fingerprint, count(*) AS jobs FROM verdicts v JOIN rolled_jobs j USING (host, job_id)
WHERE j.failed AND j.cause IS NULL GROUP BY 1 ORDER BY jobs DESC, 1`;

/** By the name of the report. */
export const reportCounts: Readonly<Record<string, readonly string[]>> = {
  summary: [failedByCause, atRisk],
  causes: [failedByCause],
  versions: Object.entries(components).map(([column, title]) => failuresBy(column, 'setup', title)),
  concurrency: [minutesByLoad, failuresByLoad, buildsByOwnership],
  hosts: [failuresBy('machine', 'place', 'host')],
  trend: [failuresBySpan],
  calendar: [failuresByDay],
  flaky: [nextAttempts],
  collisions: [collisionsByCulprit, atRisk],
  unexplained: [unexplainedByLine],
};
