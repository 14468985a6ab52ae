/** What a log may look like on the wire: read through GitHub it says the same as from a file. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { Store } from '../../../src/store/store.ts';
import { canary } from '../../fake-github/fake.ts';
import { buildlog } from '../../support/cli.ts';
import { attempt, fakeGithub, ingest, redJob, repository, run } from '../../support/github.ts';
import { dumpOf, openStore } from '../../support/judged-jobs.ts';
import { raceLog, victim } from '../../support/race-logs.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const bom = '\uFEFF';
const plain = raceLog(victim);
const rows = plain.split('\n');
const middle = Math.floor(rows.length / 2);

function withLine(line: Buffer): Buffer {
  const [before, after] = [rows.slice(0, middle), rows.slice(middle)].map((part) =>
    Buffer.from(part.join('\n')),
  );
  return Buffer.concat(
    [before ?? '', '\n', line, '\n', after ?? ''].map((part) => Buffer.from(part)),
  );
}

const forms: Readonly<Record<string, Buffer>> = {
  plain: Buffer.from(plain),
  'with a mark of bytes at the begin of every block': Buffer.from(
    rows.map((row, n) => (n % 7 === 0 ? bom + row : row)).join('\n'),
  ),
  'with carriage returns': Buffer.from(rows.join('\r\n')),
  'with bytes that are no UTF-8': withLine(Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28, 0x00, 0x62])),
  'with lines that go on without a stamp': withLine(Buffer.from('no stamp\n\tat all\n')),
  'with colours': Buffer.from(plain.replaceAll('ERROR', '\u001B[31mERROR\u001B[0m')),
  'without an end of line at the end': Buffer.from(plain.trimEnd()),
  'of nothing': Buffer.alloc(0),
};

const tables = /^(verdicts|builder_events|occurrences|facts|builds|logs) /;

describe('a log', { timeout: 60_000 }, () => {
  it.each(Object.entries(forms))('%s is read as from a file', async (_, log) => {
    const failed = redJob({ name: 'image (web)' }, log);
    const only = run([attempt([failed])]);
    const fake = await fakeGithub([repository([only])]);
    const live = openStore();
    await ingest(fake, live);
    const jobs = `${fake.url}/repos/acme/shop/actions/runs/${only.id}/attempts/1/jobs`;
    const answer = await fetch(jobs, { headers: { authorization: `token ${canary}` } });
    const folder = tempFolder();
    const file = path.join(folder, `${failed.id}.log`);
    const [list, db] = [path.join(folder, 'jobs.json'), path.join(folder, 'saved.db')];
    writeFileSync(file, log);
    writeFileSync(list, await answer.text());
    const args = ['ingest', 'files', file, '--metadata', list, '--db', db];
    expect((await buildlog(args)).stderr).not.toMatch(/NaN|undefined/);
    const saved = Store.open(db, { readonly: true });
    const content = (store: Store): string[] =>
      dumpOf(store)
        .filter((row) => tables.test(row))
        .map((row) => row.replace(/"source":"[^"]*"/, ''));
    expect(content(live)).toEqual(content(saved));
    expect(content(live).length).toBeGreaterThan(0);
    saved.close();
  });
});
