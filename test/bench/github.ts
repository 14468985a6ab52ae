/**
 * `npm run bench:github -- [JOBS]`: an ingest of many jobs from a fake GitHub on loopback. Tells the largest
 * resident size of the program (Linux) and, from V8's profile of its main thread, how much of the time went
 * into anything but waiting and inflating.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { z } from 'zod';

import { FakeGithub } from '../fake-github/fake.ts';
import type { FakeRepository } from '../fake-github/history.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const logFolder = path.join(root, 'data', 'demo', 'shop', 'logs');
const jobsInARun = 4;
const minute = 60_000;

/** Runs of four jobs, one a minute, with the demo's logs over and over. */
function history(jobs: number): FakeRepository {
  const logs = readdirSync(logFolder).map((name) =>
    gunzipSync(readFileSync(path.join(logFolder, name))),
  );
  const runs = Array.from({ length: Math.ceil(jobs / jobsInARun) }, (_, n) => {
    const at = new Date(Date.now() - (n + 60) * minute).toISOString();
    return {
      id: 1_000_000 + n,
      row: {},
      createdAt: at,
      attempts: [
        {
          startedAt: at,
          status: 'completed',
          conclusion: 'failure',
          updatedAt: at,
          jobs: Array.from({ length: jobsInARun }, (__, k) => ({
            id: 10_000_000 + n * jobsInARun + k,
            row: { conclusion: k === 0 ? 'failure' : 'success', started_at: at, completed_at: at },
            log: () => logs[(n * jobsInARun + k) % logs.length] ?? Buffer.alloc(0),
          })),
        },
      ],
    };
  });
  return { id: 901, fullName: 'acme/shop', runs };
}

interface Measured {
  readonly seconds: number;
  /** Megabytes; null where the system does not tell. */
  readonly peak: number | null;
}

async function ingest(jobs: number, folder: string, ...flags: string[]): Promise<Measured> {
  const fake = new FakeGithub([history(jobs)], { limit: null, validates: false });
  await fake.start();
  const args = ['ingest', 'github', 'acme/shop', '--api-url', fake.url, '--since', '60d'];
  const program = [...flags, path.join(root, 'dist', 'cli', 'main.js'), ...args];
  const started = performance.now();
  const child = spawn(process.execPath, [...program, '--db', path.join(folder, 'bench.db')], {
    env: { ...process.env, GH_TOKEN: 'bench' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peak: number | null = null;
  const watch = setInterval(() => (peak = residentPeak(child.pid ?? 0) ?? peak), 100);
  await once(child, 'exit');
  clearInterval(watch);
  await fake.stop();
  if (child.exitCode !== 0) throw new Error(`the ingest ended with ${child.exitCode}`);
  return { seconds: (performance.now() - started) / 1000, peak };
}

function residentPeak(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024 || null;
  } catch {
    return null;
  }
}

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Shares of the main thread's time, the largest first. */
function shares(file: string): [string, number][] {
  const { nodes, samples, timeDeltas } = profileSchema.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  const kinds = new Map(nodes.map(({ id, callFrame }) => [id, kindOf(callFrame)]));
  const times = new Map<string, number>();
  let all = 0;
  samples.forEach((id, n) => {
    const [kind, time] = [kinds.get(id) ?? 'other', timeDeltas[n] ?? 0];
    times.set(kind, (times.get(kind) ?? 0) + time);
    all += time;
  });
  return [...times]
    .map(([kind, time]): [string, number] => [kind, time / all])
    .toSorted(([, a], [, b]) => b - a);
}

function kindOf({
  functionName,
  url,
}: {
  readonly functionName: string;
  readonly url: string;
}): string {
  if (functionName === '(idle)') return 'waiting';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (/zlib/.test(url)) return 'inflating';
  if (url.startsWith('node:') || functionName === '(program)') return 'network, files and system';
  return url.startsWith('wasm:') ? 'finding lines' : 'buildlog and its packages';
}

const jobs = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(path.join(tmpdir(), 'buildlog-bench-'));
try {
  const whole = await ingest(jobs, folder);
  const peak = whole.peak === null ? 'not told' : `${Math.round(whole.peak)} MB`;
  console.log(`${jobs} jobs: ${Math.round(whole.seconds)} s, largest resident size ${peak}`);
  rmSync(path.join(folder, 'bench.db'));
  const some = Math.min(jobs, 2000);
  await ingest(some, folder, '--cpu-prof', `--cpu-prof-dir=${folder}`);
  const profile = readdirSync(folder).find((name) => name.endsWith('.cpuprofile')) ?? '';
  const found = shares(path.join(folder, profile));
  for (const [kind, share] of found)
    console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${kind}`);
  const idle = found
    .filter(([kind]) => kind === 'waiting' || kind === 'inflating')
    .reduce((sum, [, share]) => sum + share, 0);
  console.log(
    `outside waiting and inflating: ${((1 - idle) * 100).toFixed(1)} % (of ${some} jobs)`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
