/** An answer that cannot be written is an error in words, never a stack. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { looksLikeACrash, program } from '../support/cli.ts';
import { raceLog, victim } from '../support/race-logs.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('an answer that is sent to a full disk', { timeout: 30_000 }, () => {
  it('is an error that names the reason', () => {
    const log = path.join(tempFolder({ 'a.log': raceLog(victim) }), 'a.log');
    const command = `"${process.execPath}" "${program}" scan "${log}" > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^buildlog: .*no space left/m);
    expect(stderr).not.toMatch(looksLikeACrash);
  });
});
