/** `report versions --reference`: the version that others are compared with is the reader's choice. */
import path from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { buildlog, sharedFolder, type Ended } from '../support/cli.ts';

const db = path.join(sharedFolder(), 'demo.db');
const report = (name: string, ...more: string[]): Promise<Ended> =>
  buildlog(['report', name, '--format', 'csv', '--db', db, ...more]);

beforeAll(async () => {
  await buildlog(['demo', '--db', db]);
});

/** Versions of the rows that are marked as reference. */
function references(csv: string): Set<string> {
  return new Set(
    csv
      .split('\n')
      .filter((line) => line.includes(',reference,'))
      .map((line) => line.split(',')[2] ?? ''),
  );
}

describe('--reference', () => {
  it('is the version that others are compared with, with or without its v', async () => {
    const { code, stdout } = await report('versions', '--reference', 'buildkit=0.13.2');
    expect(code).toBe(0);
    expect(references(stdout)).toContain('v0.13.2');
    expect(references(stdout)).not.toContain('v0.17.0');
  });

  it('names the versions there are where it is none of them', async () => {
    const { code, stdout, stderr } = await report('versions', '--reference', 'buildkit=9.9.9');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('no build of the comparison ran on buildkit 9.9.9');
    expect(stderr).toContain('v0.13.2, v0.16.0, v0.17.0, v0.18.2, v0.22.0');
  });

  it.each([
    ['another component', ['versions', 'make=4.3'], 'buildkit, buildx, docker, runner'],
    ['no version', ['versions', 'buildkit'], 'buildkit, buildx, docker, runner'],
    ['another report', ['causes', 'buildkit=0.13.2'], 'buildlog report versions'],
  ])('is refused with %s', async (_, [name = '', reference = ''], help) => {
    const { code, stderr } = await report(name, '--reference', reference);
    expect(code).toBe(2);
    expect(stderr).toContain(help);
  });
});
