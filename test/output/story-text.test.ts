/** The story of one job, as somebody reads it during an outage: everything that matters, nothing twice. */
import { afterAll, describe, expect, it } from 'vitest';

import { plain } from '../../src/output/style.ts';
import { storyText } from '../../src/output/story-text.ts';
import { readStories } from '../../src/reports/job-story.ts';
import { patterns, wholeDemo } from '../support/demo-history.ts';

const store = await wholeDemo();
afterAll(() => store.close());

function storyOf(job: number, width = 110): string {
  const [story = expect.fail(`no job ${job}`)] = readStories(store.db, job);
  return storyText(story, patterns.set.causes, ['do this'], width, plain);
}

describe('the story of a victim', () => {
  const text = storyOf(54811592074);

  it('tells what was built, where the time went and which step failed', () => {
    expect(text).toContain('workflow ci, branch feature/checkout, commit c4f3f9302a');
    expect(text).toMatch(/steps .*✓ Unit tests 11 s,\s+✗ Build and push 20 s/);
  });

  it('tells its builds, its builders and the versions, each with its line', () => {
    expect(text).toMatch(
      /line 477 +22:25:21\.3 until 22:25:39\.4 on builder-\S+ \(docker-container\): failed \(line 527\)/,
    );
    expect(text).toMatch(/line 183 +22:25:07\.2 created builder-/);
    expect(text).toMatch(/buildkit v0\.18\.2\s+\(line\s+421\)/);
  });

  it('tells what else was recognised without telling the proof again', () => {
    expect(text).toContain('grpc-goaway-graceful-stop (annotation), repeats an earlier line\n');
    expect(text.match(/line 527 /g)).toHaveLength(1);
  });

  it('marks the neighbour that did it', () => {
    expect(text).toMatch(/job 54811597741 build \(worker\) on \S+ passed ← removed the\s+builder/);
    expect(text.match(/←/g)).toHaveLength(1);
  });
});

describe('the story of other jobs', () => {
  it('marks the other victim of the same removal', () => {
    expect(storyOf(54811548111)).toMatch(
      /job 54811545687 build \(web\) .*← hit by\s+the same job/s,
    );
  });

  it('marks whom a green job hit', () => {
    expect(storyOf(54811597741)).toMatch(/job 54811592074 build \(cart\) .*← hit by\s+this job/s);
  });

  it('names the vertex of a sighting, and counts the same again instead of listing it', () => {
    const text = storyOf(54811384029);
    expect(text).toMatch(
      /line 531 .*registry-conn-reset \(vertex-retry, vertex #10\) \d+ times, until line \d+, the build got over it: /,
    );
    expect(text.match(/registry-conn-reset \(/g)?.length).toBeLessThanOrEqual(4);
  });

  it('counts the steps that were skipped', () => {
    expect(storyOf(32910000014)).toContain('– 1 skipped');
  });

  it('is one screen', () => {
    for (const job of [54811592074, 54811597741, 54811384029, 32910000014]) {
      expect(storyOf(job).split('\n').length, String(job)).toBeLessThanOrEqual(60);
    }
  });
});
