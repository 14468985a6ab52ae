/** What a postmortem begins with: extent, causes, removals, advice; what is left out is said. */
import { afterAll, describe, expect, it } from 'vitest';

import { affectedReport, type Affected } from '../../src/reports/postmortem-affected.ts';
import { readIncidents } from '../../src/reports/incident.ts';
import { readStories } from '../../src/reports/job-story.ts';
import { readHistory } from '../../src/reports/history.ts';
import { patterns, wholeDemo } from '../support/demo-history.ts';

const store = await wholeDemo();
afterAll(() => store.close());
const [never, again] = [54811545687, 54811570204];

function affected(change: Partial<Affected> = {}): ReturnType<typeof affectedReport> {
  const cause = 'builder-removed-by-other-job';
  return affectedReport(
    {
      scope: readHistory(store.db).scope,
      stories: [never, again].flatMap((id) => readStories(store.db, id)),
      causes: [cause],
      known: patterns.set.causes,
      incidents: readIncidents(store.db, 1),
      advise: () => ['Name the builder.', 'Name the builder.'],
      compared: new Map([['versions', new Set([cause])]]),
      ...change,
    },
    store.db,
  );
}

describe('the first part of a postmortem', () => {
  it('says how many removals it does not tell line by line, and where they are', () => {
    const told = affected().findings.map(({ text }) => text);
    expect(told.at(-1)).toBe(
      'Of 8 removals with a known culprit the newest one is told line by line; the others in the evidence of their victims.',
    );
    const { sections } = affected();
    expect(sections.filter(({ id }) => id.startsWith('removal-'))).toHaveLength(1);
    const all = affected({ incidents: readIncidents(store.db, 8) }).findings;
    expect(all.some(({ text }) => text.includes('line by line'))).toBe(false);
  });

  it('tells the moments of a removal in order, an end after what the log says of its second', () => {
    const { sections } = affected({ incidents: readIncidents(store.db, 8) });
    const told = sections
      .find(({ id }) => id === 'removal-3')
      ?.rows.map(({ part, what }) => [part, what].join(': '));
    const inOrder = [
      'victim: job began',
      'culprit: booted it',
      'victim: began to build on it',
      'culprit: began to remove it',
      'victim: died, 10.3 s later',
      'culprit: had removed it',
      'culprit: job ended: failure (registry-rate-limited)',
      'victim: job ended: failure (builder-removed-by-other-job)',
    ];
    expect(
      told?.filter((each, index) => inOrder.includes(each) && told.indexOf(each) === index),
    ).toEqual(inOrder);
    expect(told?.filter((each) => each.startsWith('victim: died'))).toHaveLength(2);
  });

  it('says nothing of runs and repositories that nobody knows', () => {
    const unknown = readStories(store.db, never).map((story) => ({
      ...story,
      job: { ...story.job, run_id: null, repository: null },
    }));
    expect(affected({ stories: unknown }).findings[0]?.text).toMatch(
      /^1 job failed on ci-host-01, between /,
    );
  });

  it('gives advice once for each job that it is meant for', () => {
    const advice = affected().sections.find(({ id }) => id === 'advice');
    expect(advice?.rows).toEqual([
      { do: 'Name the builder.', jobs: 2, cause: 'builder-removed-by-other-job' },
    ]);
  });

  it('tells what became of the next attempt', () => {
    const jobs = affected().sections.find(({ id }) => id === 'jobs');
    expect(jobs?.rows.map(({ next }) => next)).toEqual([null, 'passed']);
  });
});
