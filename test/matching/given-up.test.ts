/** No log holds up all others: a scan that takes too long ends and says where. */
import { expect, test } from 'vitest';

import { decide } from '../../src/matching/verdict.ts';
import { allFinders, scanWith } from '../support/finders.ts';
import { shipped } from '../support/scan-log.ts';

const line = '#5 1.5 read: connection reset by peer\n';
const log = Buffer.from(
  `#5 [2/3] RUN make\n${line.repeat(99)}#5 ERROR: process did not complete\n`,
);

test.each(allFinders(shipped))('%s stops when it is overdue', async (_, finder) => {
  let asked = 0;
  let observed = 0;
  const scan = await scanWith(finder, shipped, log, [1000], {
    observe: ({ length }) => (observed += length),
    isOverdue: (bytes) => {
      expect(bytes).toBe(observed);
      return ++asked === 2;
    },
  });
  expect(asked).toBe(2);
  expect(scan.lines).toBeLessThan(2000 / line.length + 2);
  expect(decide(scan, shipped)).toMatchObject({
    status: 'partial',
    cause: null,
    reason: `its scan took too long and ended at line ${scan.lines}`,
  });
  // The digest of a log is that of all its bytes.
  expect(observed).toBe(log.length);
});

test('what GitHub calls a success stays one', async () => {
  for (const [, finder] of allFinders(shipped)) {
    const watch = { observe: () => {}, isOverdue: () => true };
    const scan = await scanWith(finder, shipped, log, [1000], watch);
    expect(decide(scan, shipped, { conclusion: 'success', steps: [] }).status).toBe('passed');
  }
});
