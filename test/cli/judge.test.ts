/** The verdicts on the bundled histories, whose truth is known, as `npm run judge` counts them. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { expect, test } from 'vitest';

import { projectFolder } from '../support/cli.ts';

test('at least 97 % are right, no green job gets a cause, and nobody is accused wrongly', () => {
  const output = execFileSync(
    'npx',
    ['tsx', 'test/judge/main.ts', 'data/demo/shop', 'data/demo/billing'],
    {
      cwd: path.resolve(projectFolder),
      encoding: 'utf8',
    },
  );
  const shares = [...output.matchAll(/^right \d+ of \d+ \(([\d.]+) %\)$/gm)].map(([, share]) =>
    Number(share),
  );
  expect(shares).toHaveLength(2);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(97);
  const accusations = [
    ...output.matchAll(/^causes on green jobs (\d+); .* wrongly accused (\d+)$/gm),
  ];
  expect(accusations.map(([, causes, accused]) => [causes, accused])).toEqual([
    ['0', '0'],
    ['0', '0'],
  ]);
});
