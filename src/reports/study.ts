/** From the history to the plain values that the analysis takes: builds of one component, failures of one cause. */
import { unknownVersion } from '../analysis/basis.ts';
import type { Build } from '../analysis/exposure.ts';
import { groupBy, type History, type HistoryJob } from './history.ts';

export const components = [
  { key: 'buildkit', title: 'BuildKit', of: (job: HistoryJob) => job.buildkit },
  { key: 'buildx', title: 'Buildx', of: (job: HistoryJob) => job.buildx },
  { key: 'docker_server', title: 'Docker Engine', of: (job: HistoryJob) => job.docker_server },
  { key: 'runner_version', title: 'runner', of: (job: HistoryJob) => job.runner_version },
] as const;

export type Component = (typeof components)[number];

/** Attempts that nothing tells count as first ones. */
export function isFirst({ attempt }: HistoryJob): boolean {
  return attempt === null || attempt === 1;
}

/** Builds with known times; canceled ones are minutes and load without a failure. */
export function buildsOf(
  { jobs, collisions }: History,
  component: Component,
  cause: string,
): Build[] {
  const origins = new Map(
    collisions.flatMap((row): [string, string][] =>
      row.culprit_job_id === null
        ? []
        : [
            [
              `${row.host}/${row.job_id}`,
              `${row.culprit_host}/${row.culprit_job_id}/${row.removed_line}`,
            ],
          ],
    ),
  );
  return jobs.flatMap((job): Build[] => {
    const { window } = job;
    if (job.built !== 1 || window === null) return [];
    return [
      {
        engine: job.engine,
        job: JSON.stringify([job.host, job.repository, job.workflow, job.job]),
        repository: job.repository ?? 'unknown',
        version: component.of(job) ?? unknownVersion,
        start: window.start,
        end: window.end,
        first: isFirst(job),
        failedAt: job.failed && job.cause === cause ? (job.failedAt ?? window.end) : null,
        origin: origins.get(`${job.host}/${job.job_id}`) ?? null,
      },
    ];
  });
}

/** The infrastructure causes with most failed builds: those that a version, a host or the load could be blamed for. */
export function leadingCauses({ built }: History, most: number): string[] {
  const infra = built.filter(({ failed, blame }) => failed && blame === 'infra');
  return [...groupBy(infra, ({ cause }) => cause ?? '')]
    .filter(([cause]) => cause !== '')
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([cause]) => cause);
}

/** Minutes as an ISO moment to the second. */
export function toInstant(minutes: number): string {
  return `${new Date(Math.round(minutes * 60) * 1000).toISOString().slice(0, 19)}Z`;
}
