/** Clocks that are wrong or jump, here or on a runner: the content is the same, and nothing waits for ever. */
import path from 'node:path';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { defaultPace, Gate } from '../../src/ingest/github/gate.ts';
import { canary } from '../fake-github/fake.ts';
import { buildlog, projectFolder } from '../support/cli.ts';
import { ago, attempt, fakeGithub, hour, job, redJob, repository, run } from '../support/github.ts';
import { dumpOf, openStore } from '../support/judged-jobs.ts';
import { shell } from '../support/shell.ts';
import { tempFolder } from '../support/temp-folder.ts';

const year = 365 * 24 * hour;
const clock = `--import ${new URL('../support/shifted-clock.js', import.meta.url).href}`;

describe('a wrong clock on this machine', { timeout: 60_000 }, () => {
  const history = [
    repository([
      run([attempt([redJob(), job()])], ago(5 * hour)),
      run([attempt([job(), job()])], ago(4 * hour)),
    ]),
  ];

  async function ingested(env: Readonly<Record<string, string>>): Promise<string[]> {
    const fake = await fakeGithub(history);
    const file = path.join(tempFolder(), 'b.db');
    const args = ['ingest', 'github', 'acme/shop', '--api-url', fake.url, '--db', file];
    const { code, stderr } = await buildlog(args, {
      env: { GH_TOKEN: canary, BUILDLOG_PACE: '0.01', NODE_OPTIONS: clock, ...env },
    });
    expect(code, stderr).toBe(0);
    return dumpOf(openStore(file));
  }

  it('changes nothing: an ingest reckons by the time of the server', async () => {
    const right = await ingested({});
    expect(right.filter((row) => row.startsWith('logs '))).toHaveLength(4);
    expect(await ingested({ CLOCK_SHIFT: String(year) })).toEqual(right);
    expect(await ingested({ CLOCK_SHIFT: String(-year) })).toEqual(right);
  });

  it('may jump in the middle, either way', async () => {
    const right = await ingested({});
    for (const jump of [-year, year]) {
      const env = { CLOCK_JUMP: String(jump), CLOCK_JUMPS_AT: '20' };
      expect(await ingested(env)).toEqual(right);
    }
  });
});

describe('a clock that is set while a limit lasts', () => {
  it.each([
    ['back', -year],
    ['forward', year],
  ])('by a year %s neither lengthens nor shortens the wait', async (_, jump) => {
    const gate = new Gate({ maxCalls: null, minRemaining: 0 }, new AbortController().signal);
    gate.limited({ kind: 'secondary', retryAfter: 0, reset: null });
    const wall = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + jump);
    onTestFinished(() => wall.mockRestore());
    const started = performance.now();
    await gate.enter();
    const waited = performance.now() - started;
    expect(waited).toBeGreaterThan(0.8 * (defaultPace.slack / 4));
    expect(waited).toBeLessThan(20_000);
  });
});

describe('a clock that jumps on a runner', { timeout: 30_000 }, () => {
  const log = path.join(projectFolder, 'test/logs/red/shared-builder-removed-shop-1.log');
  /** The second half of the log is stamped a day away. */
  const jumping = (days: string): string =>
    `awk -v half=$(($(wc -l < ${log}) / 2)) 'NR > half { sub(/T/, "T"); $0 = "${days}" substr($0, 11) } { print }' ${log} > 1.log`;

  it.each(['2026-11-22', '2026-11-24', '1970-01-01', '9999-12-31'])(
    'to %s spoils neither verdict nor report',
    async (day) => {
      const cwd = tempFolder();
      const { code, stdout, stderr } = await shell(
        `${jumping(day)}; $buildlog ingest files 1.log --db b.db && $buildlog report --db b.db && $buildlog report concurrency --db b.db --format json && $buildlog report trend --db b.db`,
        { cwd },
      );
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('1 failed, 1 explained');
      expect(stdout).not.toMatch(/NaN|Infinity|Invalid/);
    },
  );
});
