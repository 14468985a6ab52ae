/** Whoever reads the answer goes away: that is no error, and work that was asked for is done all the same. */
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { looksLikeACrash } from '../support/cli.ts';
import { demoLogs } from '../support/demo-history.ts';
import { openStore } from '../support/judged-jobs.ts';
import { shell } from '../support/shell.ts';
import { tempFolder } from '../support/temp-folder.ts';

const [log = ''] = demoLogs('shop');
/** Reads nothing and closes; the status of the program before the pipe is told at the end. */
const intoClosed = (command: string, redirect = ''): string =>
  `(sleep 0.1; ${command} ${redirect}; echo "ended $?" >&3) 3>status | true; sleep 0.1; cat status`;

describe('a closed stream', { timeout: 30_000 }, () => {
  it('of answers ends a report quietly', async () => {
    const cwd = tempFolder();
    await shell(`$buildlog ingest files ${log} --db b.db`, { cwd });
    const { stdout, stderr } = await shell(intoClosed('$buildlog report --db b.db'), { cwd });
    expect({ stdout, stderr }).toEqual({ stdout: 'ended 0\n', stderr: '' });
  });

  it('of messages does not stop an ingest', async () => {
    const cwd = tempFolder();
    const command = `$buildlog ingest files no-such.log nor-this.log ${log} --db b.db`;
    const { stdout } = await shell(intoClosed(command, '2>&1 >/dev/null'), { cwd });
    expect(stdout).toBe('ended 3\n');
    const store = openStore(path.join(cwd, 'b.db'));
    expect(store.db.prepare('SELECT count(*) FROM logs').pluck().get()).toBe(1);
  });

  it('of answers does not stop an ingest', async () => {
    const cwd = tempFolder();
    const command = `$buildlog ingest files ${log} --db b.db`;
    const { stdout, stderr } = await shell(intoClosed(command), { cwd });
    expect({ stdout, stderr }).toEqual({ stdout: 'ended 0\n', stderr: '' });
    const store = openStore(path.join(cwd, 'b.db'));
    expect(store.db.prepare('SELECT count(*) FROM logs').pluck().get()).toBe(1);
  });

  it('that was never open is none of ours', async () => {
    const { code, stderr } = await shell(`$buildlog scan ${log} >&-`);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
