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
  it('can be had as JSON and kept, and leaves nothing else behind', async () => {
    const [here, data] = [tempFolder(), path.join(tempFolder(), 'data')];
    const file = path.join(tempFolder(), 'new', 'demo.db');
    const { code, stdout, stderr } = await buildlog(['demo', '--format', 'json', '--db', file], {
      cwd: here,
      env: { XDG_DATA_HOME: data },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: `kept in ${file}\n` });
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      report: 'summary',
      scope: { jobs: 203, failed: 83 },
    });
    expect(existsSync(data)).toBe(false);
    expect(readdirSync(here)).toEqual([]);

    const [kept, whole] = [Store.open(file, { readonly: true }), await wholeDemo()];
    expect(dumpOf(kept)).toEqual(dumpOf(whole));
    kept.close();
    whole.close();

    const collisions = await buildlog(['report', 'collisions'], { env: { BUILDLOG_DB: file } });
    expect(collisions.code).toBe(0);
    expect(collisions.stdout).toContain('54811597741');
  });
});
