/** A bug report for the makers: what stands in place of names is seen as text, in code and in words. */
import { afterAll, expect, it } from 'vitest';

import { upstreamBug } from '../../src/output/upstream-bug.ts';
import { readStories } from '../../src/reports/job-story.ts';
import { patterns, wholeDemo } from '../support/demo-history.ts';
import { allReports } from '../support/made-reports.ts';

const store = await wholeDemo();
afterAll(() => store.close());

it('shows the marks of names as text, in words and in code', () => {
  const cause = patterns.set.causes.get('builder-removed-by-other-job');
  const versions = allReports(store).get('versions');
  if (cause === undefined || versions === undefined) throw new Error('the demo has changed');
  const [section] = versions.sections;
  if (section === undefined) throw new Error('there is no table');
  const note = `${cause.id}: came together with ci-host-01.\nHow to read: so.`;
  const bug = upstreamBug({
    cause,
    versions: { ...versions, sections: [{ ...section, note }] },
    examples: readStories(store.db, 54811592074),
    names: new Map([['ci-host-01', '<host>']]),
  });
  expect(bug).toContain('came together with &lt;host&gt;.<br>How to read');
  expect(bug).toMatch(/--config \/home\/<user>\/actions-runner-3/);
  expect(bug).not.toContain('ci-host');
});
