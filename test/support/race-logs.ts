/** Small job logs in the runner's form: a job that builds on a builder, and one that removes it meanwhile. */

/** A moment of the small logs' day, as a runner stamps it. */
export function at(seconds: number): string {
  const day = Date.UTC(2026, 10, 23, 12);
  return new Date(day + seconds * 1000).toISOString().replace('Z', '0000Z');
}

/** What BuildKit >= 0.14 lets the client say when it was told to stop and then killed. */
export const gracefulStop =
  'ERROR: failed to receive status: rpc error: code = Unavailable desc = closing transport due to: ' +
  'connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, ' +
  'debug data: "graceful_stop"';

export const builderA = 'builder-aaaaaaaa-0000-4000-8000-00000000000a';
export const builderB = 'builder-bbbbbbbb-0000-4000-8000-00000000000b';

export interface SmallJob {
  readonly name: string;
  readonly runner: string;
  readonly machine: string;
  /** Seconds of `at`. */
  readonly startsAt: number;
  readonly creates: string;
  readonly buildsOn: string;
  /** When the build ends; with an error if `error` is given. */
  readonly buildEndsAt: number;
  readonly error: string | null;
  /** The cleanup: the builder, the begin, and what the tool answered when. */
  readonly removal: {
    readonly builder: string;
    readonly at: number;
    readonly answer: string;
    readonly answeredAt: number;
  } | null;
}

/** A job that builds on a builder of its own and passes. */
export const smallJob: SmallJob = {
  name: 'build (web)',
  runner: 'ci-1-runner-1',
  machine: 'ci-1',
  startsAt: 0,
  creates: builderA,
  buildsOn: builderA,
  buildEndsAt: 20,
  error: null,
  removal: null,
};

/** The job that makes builder B, passes, and removes B at 40 s; the engine takes ten seconds for it. */
export const culprit: SmallJob = {
  ...smallJob,
  name: 'build (api)',
  runner: 'ci-1-runner-2',
  creates: builderB,
  buildsOn: builderB,
  buildEndsAt: 39,
  removal: { builder: builderB, at: 40, answer: `${builderB} removed`, answeredAt: 50.2 },
};

/** The job that made builder A, built on B and died with it at 50 s. */
export const victim: SmallJob = {
  ...smallJob,
  startsAt: 5,
  buildsOn: builderB,
  buildEndsAt: 50,
  error: gracefulStop,
  removal: { builder: builderA, at: 52, answer: `${builderA} removed`, answeredAt: 52.5 },
};

/** The log of a job, line for line as runner, actions and Buildx write it. */
export function raceLog(job: SmallJob): string {
  const start = job.startsAt;
  const build = start + 10;
  const create = `docker buildx create --name ${job.creates} --driver docker-container --use`;
  const lines: [seconds: number, text: string][] = [
    [start, "Current runner version: '2.319.1'"],
    [start, `Runner name: '${job.runner}'`],
    [start, `Machine name: '${job.machine}'`],
    [start, `Complete job name: ${job.name}`],
    [start + 1, '##[group]Run docker/setup-buildx-action@v3'],
    [start + 1, '##[endgroup]'],
    [start + 2, '##[group]Creating a new builder instance'],
    [start + 2, `[command]/usr/bin/${create}`],
    [start + 2, job.creates],
    [start + 2, '##[endgroup]'],
    [start + 3, '##[group]Booting builder'],
    [start + 3, `[command]/usr/bin/docker buildx inspect --bootstrap --builder ${job.creates}`],
    [start + 3, '#1 [internal] booting buildkit'],
    [start + 3, `#1 creating container buildx_buildkit_${job.creates}0`],
    [start + 4, '#1 DONE 0.7s'],
    [start + 4, '##[endgroup]'],
    [build, '##[group]Run docker/build-push-action@v6'],
    [build, '##[endgroup]'],
    [build, '[command]/usr/bin/docker buildx build --tag acme/web .'],
    [build, `#0 building with "${job.buildsOn}" instance using docker-container driver`],
    [build, '#1 [internal] load build definition from Dockerfile'],
    [build, '#1 DONE 0.0s'],
    [build, '#2 [2/2] RUN make'],
    ...endOf(job),
    [job.buildEndsAt + 1, 'Post job cleanup.'],
    ...removalOf(job),
    [(job.removal?.answeredAt ?? job.buildEndsAt) + 1, 'Cleaning up orphan processes'],
  ];
  return `${lines.map(([seconds, text]) => `${at(seconds)} ${text}`).join('\n')}\n`;
}

function endOf({ error, buildEndsAt }: SmallJob): [number, string][] {
  if (error === null) return [[buildEndsAt, '#2 DONE 9.9s']];
  return [
    [buildEndsAt, error],
    [buildEndsAt, `##[error]buildx failed with: ${error}`],
  ];
}

function removalOf({ removal }: SmallJob): [number, string][] {
  if (removal === null) return [];
  return [
    [removal.at, '##[group]Removing builder'],
    [removal.at, `[command]/usr/bin/docker buildx rm ${removal.builder}`],
    [removal.answeredAt, removal.answer],
    [removal.answeredAt, '##[endgroup]'],
  ];
}
