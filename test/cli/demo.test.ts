/** `buildlog demo`: the first minute with the program, on nothing but what comes with it. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { Store } from '../../src/store/store.ts';
import { buildlog } from '../support/cli.ts';
import { wholeDemo } from '../support/demo-history.ts';
import { dumpOf } from '../support/judged-jobs.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('the demo', { timeout: 60_000 }, () => {
  it('says who did it, and what did not, and ends well', async () => {
    const { code, stdout, stderr } = await buildlog(['demo'], { env: { COLUMNS: '200' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /died because another job on the host removed the builder they were building on; who did it is named for \d+ \(\d+ jobs, \d+ of them green\)/,
    );
    expect(stdout).toContain('Not the BuildKit version');
    expect(stdout).toContain('Not the load');
    expect(stdout).toMatch(/^54811592074 +build \(cart\) +54811597741 +build \(worker\) /m);
  });

  it('can be had as JSON, and leaves nothing behind where it was run and where data is kept', async () => {
    const [here, data] = [tempFolder(), path.join(tempFolder(), 'data')];
    const options = { cwd: here, env: { XDG_DATA_HOME: data } };
    const { code, stdout } = await buildlog(['demo', '--format', 'json'], options);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      report: 'summary',
      scope: { jobs: 203, failed: 83 },
    });
    expect(existsSync(data)).toBe(false);
    expect(readdirSync(here)).toEqual([]);
  });

  it('can be kept, for other commands to be tried on', async () => {
    const file = path.join(tempFolder(), 'new', 'demo.db');
    const { code, stderr } = await buildlog(['demo', '--db', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `kept in ${file}\n` });

    const [kept, whole] = [Store.open(file, { readonly: true }), await wholeDemo()];
    expect(dumpOf(kept)).toEqual(dumpOf(whole));
    kept.close();
    whole.close();

    const collisions = await buildlog(['report', 'collisions'], { env: { BUILDLOG_DB: file } });
    expect(collisions.code).toBe(0);
    expect(collisions.stdout).toContain('54811597741');
  });
});
