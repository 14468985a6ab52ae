/**
 * Scenarios: worlds in which it is known what makes builds fail. Concurrency is not assigned; it emerges from jobs that
 * share hosts. Hazards are per build-minute, and a failure ends its job at that moment, as it does in reality.
 */

const versions = ['0.12.5', '0.13.2', '0.14.1'] as const;

export interface World {
  readonly title: string;
  /** When the second and the third version reach a host, as shares of the history. */
  readonly rollOut: (busy: boolean, random: () => number) => readonly [number, number];
  /** What multiplies the hazard of a build. */
  readonly hazard: (build: Circumstances) => number;
  readonly base: number;
  readonly quietSlots?: number;
  readonly busyWeight?: number;
  /** One repository uses these versions whatever its host has. */
  readonly pinned?: {
    readonly repository: string;
    readonly draw: (random: () => number) => string;
  };
  readonly longOnBusy?: boolean;
  /** The hazard changes at this age, in minutes. */
  readonly ageBreak?: number;
  /** Engines restart at random moments. */
  readonly crashes?: boolean;
  /** Share of commits that fail whenever they are built. */
  readonly broken?: number;
}

export interface Circumstances {
  readonly version: string;
  readonly repository: string;
  readonly host: string;
  readonly others: number;
  /** Share of the history that is over. */
  readonly time: number;
  readonly age: number;
}

const staggered: World['rollOut'] = (_, random) => [0.1 + 0.5 * random(), 0.65 + 0.3 * random()];
const byHostGroup: World['rollOut'] = (busy) => (busy ? [-1, 2] : [2, 3]);
const doubling = ({ others }: Circumstances): number => 2 ** Math.min(others, 4);

export const worlds: Readonly<Record<string, World>> = {
  A_version: {
    title: 'only the version matters: 0.13.2 fails 8 times as often',
    rollOut: staggered,
    hazard: ({ version }) => (version === '0.13.2' ? 8 : 1),
    base: 0.25,
  },
  B_concurrency_confounded: {
    title: 'only load matters; the new version reached the busy hosts first',
    rollOut: (busy, random) =>
      busy ? [0.05 + 0.1 * random(), 0.6 + 0.15 * random()] : [0.7 + 0.15 * random(), 2],
    quietSlots: 1,
    busyWeight: 0.5,
    hazard: doubling,
    base: 0.25,
  },
  C_both_interaction: {
    title: 'version and load matter, and more so together',
    rollOut: staggered,
    hazard: ({ version, others }) => {
      const capped = Math.min(others, 4);
      return 1.5 ** capped * (version === '0.13.2' ? 2.5 * 1.4 ** capped : 1);
    },
    base: 0.25,
  },
  D_null: { title: 'nothing matters', rollOut: staggered, hazard: () => 1, base: 1 },
  E_changepoint_rollout: {
    title: 'fleet-wide roll-out of 0.13.2 (8 times as often), fixed by 0.14.1',
    rollOut: (_, random) => [0.45 + 0.01 * random(), 0.75 + 0.01 * random()],
    hazard: ({ version }) => (version === '0.13.2' ? 8 : 1),
    base: 0.4,
  },
  E2_changepoint_external: {
    title: 'trouble of a registry for a while; versions roll out at other times',
    rollOut: (_, random) => [0.05 + 0.3 * random(), 0.8 + 0.15 * random()],
    hazard: ({ time }) => (time > 0.5 && time < 0.7 ? 8 : 1),
    base: 0.4,
  },
  F_repo_confounded: {
    title: 'one repository fails 10 times as often and pins the newest version',
    rollOut: staggered,
    pinned: {
      repository: 'acme/mono',
      draw: (random) => (random() < 0.85 ? '0.14.1' : '0.13.2'),
    },
    hazard: ({ repository }) => (repository === 'acme/mono' ? 10 : 1),
    base: 0.4,
  },
  G_length_bias: {
    title: 'constant hazard; long jobs run on busy hosts',
    rollOut: staggered,
    longOnBusy: true,
    hazard: () => 1,
    base: 1,
  },
  G2_age_hazard: {
    title: 'hazard in the first 90 s only, when bursts overlap most',
    rollOut: staggered,
    hazard: ({ age }) => (age < 1.5 ? 6 : 0.0001),
    base: 1,
    ageBreak: 1.5,
  },
  H_engine_crash: {
    title: 'engines restart at a constant rate and take all their builds along',
    rollOut: staggered,
    hazard: () => 0,
    base: 1,
    crashes: true,
  },
  I_version_on_busy_hosts: {
    title: 'load matters; 0.13.2 runs on the busy hosts only',
    rollOut: byHostGroup,
    hazard: doubling,
    base: 0.3,
  },
  K_host_aliased: {
    title: 'the busy hosts are bad, and only they run 0.13.2',
    rollOut: byHostGroup,
    hazard: ({ host }) => (host.startsWith('ci-big') ? 6 : 1),
    base: 0.4,
  },
  J_deterministic: {
    title: 'broken commits fail on every run',
    rollOut: staggered,
    hazard: () => 0,
    base: 1,
    broken: 0.008,
  },
};

export interface Repository {
  readonly repository: string;
  readonly weight: number;
  /** Median build in minutes. */
  readonly minutes: number;
}

export const repositories: readonly Repository[] = [
  { repository: 'acme/api', weight: 5, minutes: 6 },
  { repository: 'acme/web', weight: 5, minutes: 8 },
  { repository: 'acme/worker', weight: 3, minutes: 5 },
  { repository: 'acme/data', weight: 2, minutes: 14 },
  { repository: 'acme/infra', weight: 2, minutes: 4 },
  { repository: 'acme/mono', weight: 3, minutes: 12 },
];

/** sfc32: a small generator of random numbers that gives the same ones everywhere. */
export function randomFrom(seed: number): () => number {
  let [a, b, c, d] = [0x9e3779b9 ^ seed, 0x243f6a88, 0xb7e15162, seed >>> 0 || 1];
  const next = (): number => {
    [a, b, c, d] = [a | 0, b | 0, c | 0, d | 0];
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}

/** The version on a host at this share of the history. */
export function hostVersion([second, third]: readonly [number, number], time: number): string {
  return time >= third ? versions[2] : time >= second ? versions[1] : versions[0];
}

/** Times are known to the second, as in GitHub's answers. */
export function seconds(minutes: number): number {
  return Math.round(minutes * 60) / 60;
}
