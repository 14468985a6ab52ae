/** What is said of a history: never more than the numbers allow. */
import { expect, test } from 'vitest';

import { associate } from '../../src/analysis/association.ts';
import { loadDoubt, versionDoubt } from '../../src/analysis/doubt.ts';
import {
  concurrencySentence,
  remedySentence,
  versionSentence,
} from '../../src/analysis/sentences.ts';
import { studyOf } from '../../src/analysis/study.ts';
import { simulate } from '../simulation/simulate.ts';

const names = { cause: 'reset', component: 'BuildKit' };

test('a version that matters is named, with the same weeks and hosts, and what leaving it would avoid', () => {
  const found = associate(studyOf(simulate('A_version', 10_000, 1)));
  expect(versionSentence(found, names)).toMatch(
    /^reset: associated with BuildKit 0\.13\.2 \([\d.]+ \([\d.]+–[\d.]+\) times .* in the same weeks .* on the same hosts .*not proof\.$/,
  );
  expect(remedySentence(found)).toMatch(
    /^If the association is causal and nothing else changes: without 0\.13\.2 \d+ of \d+ failures fewer/,
  );
});

test('load that matters is named for each further build', () => {
  const found = associate(studyOf(simulate('B_concurrency_confounded', 10_000, 1)));
  expect(concurrencySentence(found, names)).toMatch(/each further build .* goes with [\d.]+ \(/);
  expect(remedySentence(found)).toMatch(/with one build at a time \d+ of \d+ failures fewer/);
});

test('nothing found is said with what could have been seen, and no remedy', () => {
  const found = associate(studyOf(simulate('D_null', 10_000, 1)));
  expect(versionSentence(found, names)).toMatch(
    /a ratio of [\d.]+ or more would probably have been seen/,
  );
  expect(remedySentence(found)).toBeNull();
});

test('a raw difference that load accounts for is told with its failures, its ratio and what is left of it', () => {
  const found = associate(studyOf(simulate('B_concurrency_confounded', 10_000, 2)));
  expect(versionSentence(found, names)).toMatch(
    /The raw difference \(0\.1\d\.\d: \d+ of \d+ failures, [\d.]+ \([\d.]+–[\d.]+\) times the rate of 0\.1\d\.\d\) is accounted for by load, job and age of the build: adjusted [\d.]+ \([\d.]+–[\d.]+\)\.$/,
  );
});

test('a raw difference that stays as it is at equal load is not said to be accounted for', () => {
  const found = associate(studyOf(simulate('B_concurrency_confounded', 10_000, 2)));
  const asRaw = { ratio: 0.4, low: 0.1, high: 1.2 };
  const adjusted = (): Map<string, typeof asRaw> =>
    new Map([...found.adjusted().keys()].map((version) => [version, asRaw]));
  expect(versionSentence({ ...found, adjusted }, names)).not.toContain('accounted for');
});

test('too few failures ask for more builds', () => {
  const found = associate(studyOf(simulate('A_version', 500, 1)));
  expect(versionSentence(found, names)).toMatch(
    /^reset: Not enough data: 1 in 495 builds .* about \d+ more builds/,
  );
});

test('what is found is said with what would overturn it, and what is not found is not', () => {
  const [version, load, none] = ['A_version', 'B_concurrency_confounded', 'D_null'].map((world) =>
    associate(studyOf(simulate(world, 10_000, 1))),
  );
  if (version === undefined || load === undefined || none === undefined) throw new Error('missing');
  expect(versionDoubt(version)).toBe(
    'What would change this: half of the hosts on another version for a week, failing as often.',
  );
  expect(loadDoubt(version)).toBeNull();
  expect(loadDoubt(load)).toMatch(/^What would change this: half of the hosts with one build/);
  expect([versionDoubt(none), loadDoubt(none)]).toEqual([null, null]);
});

test('no sentence calls an association a cause', () => {
  for (const world of ['A_version', 'C_both_interaction', 'K_host_aliased', 'H_engine_crash']) {
    const found = associate(studyOf(simulate(world, 2000, 1)));
    const said = versionSentence(found, names) + concurrencySentence(found, names);
    expect(said).not.toMatch(/caused by|guilty|proves|probability/);
  }
});
