/** Folders of pattern files in, a checked set out: the user's over the shipped one, one bad file never the end. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadCheckedPatterns, shippedPatterns } from '../../src/cli/load-patterns.ts';
import { loadPatterns } from '../../src/patterns/load.ts';
import { preparedText, readPrepared } from '../../src/patterns/prepared.ts';
import { goodCause, goodFact, goodSignature, loadWith } from '../support/pattern-folder.ts';
import { shipped } from '../support/scan-log.ts';
import { tempFolder } from '../support/temp-folder.ts';

const signature = 'signatures/printer/printer-on-fire.yaml';
const fact = 'facts/printer-temperature.yaml';

describe('a user’s folder', () => {
  test('adds to the shipped patterns', () => {
    const { problems, ids } = loadWith({ [signature]: goodSignature, [fact]: goodFact });
    expect(problems).toEqual([]);
    expect(ids.size).toBe(shipped.set.signatures.length + shipped.set.facts.length + 2);
  });

  test('replaces a shipped pattern of the same id, in whatever family it stands', () => {
    const shippedFile = path.join(shippedPatterns, 'signatures/transport/grpc-transport-closing.yaml');
    const own = readFileSync(shippedFile, 'utf8')
      .replace(/^title: .*/m, 'title: as we call it')
      .replace(/^rank: .*/m, 'rank: 61');
    const folder = tempFolder({ 'signatures/ours/grpc-transport-closing.yaml': own });
    const { patterns, problems } = loadCheckedPatterns([folder]);
    expect(problems).toEqual([]);
    expect(patterns.set.signatures).toHaveLength(shipped.set.signatures.length);
    expect(patterns.signatures.get('grpc-transport-closing')).toMatchObject({
      title: 'as we call it',
      rank: 61,
    });
  });

  test('replaces a shipped cause: its advice is what the user’s platform says', () => {
    const folder = tempFolder({ 'causes/disk-full.yaml': goodCause });
    const { patterns, problems } = loadCheckedPatterns([folder]);
    expect(problems).toEqual([]);
    expect(patterns.set.causes.get('disk-full')?.advice).toEqual([
      { when: null, text: 'Leave the building.' },
    ]);
  });

  test('may lead to a shipped cause', () => {
    const text = goodSignature.replace('printer-fire', 'disk-full');
    expect(loadWith({ [signature]: text }).problems).toEqual([]);
  });

  test('may hold one kind only, and files that are no patterns', () => {
    const folder = tempFolder({ [fact]: goodFact, 'README.md': '# ours', 'facts/notes.txt': 'x' });
    expect(loadCheckedPatterns([folder]).problems).toEqual([]);
  });

  test('with two files of one id is not silently half of itself', () => {
    const { problems } = loadWith({
      [signature]: goodSignature,
      'signatures/other/printer-on-fire.yaml': goodSignature.replace('rank: 50', 'rank: 60'),
    });
    expect(problems).toHaveLength(1);
  });

  test('given later wins over one given before', () => {
    const folders = ['first', 'second'].map((title) =>
      tempFolder({ 'causes/printer-fire.yaml': goodCause.replace('Fire', title) }),
    );
    expect(loadCheckedPatterns(folders).patterns.set.causes.get('printer-fire')?.title).toBe('second');
  });
});

describe('bad files of the other kinds', () => {
  test.each([
    ['a cause with an unknown key', 'causes/printer-fire.yaml', goodCause, ['title: Fire', 'title: Fire\nowner: us'], '2:1: unknown key `owner`'],
    ['a cause with blame for nobody', 'causes/printer-fire.yaml', goodCause, ['infra', 'nobody'], '2:1: `blame`: Invalid option: '],
    ['a cause without advice', 'causes/printer-fire.yaml', goodCause, [/advice:[^]*/, ''], '1:1: `advice`: '],
    ['an unknown circumstance', 'causes/printer-fire.yaml', goodCause, ['- do', '- when: { moon: full }\n    do'], '6:13: unknown key `moon`'],
    ['a fact without the group `value`', fact, goodFact, ['?<value>', '?:'], '3:5: the regex has no group `value`'],
    ['a fact with a look-around', fact, goodFact, ['^Printer', '(?=P)Printer'], '3:5: the regex may run away: it has a look-around'],
    ['a fact without a word', fact, goodFact, [/'\^Printer temperature: /, "'"], '3:5: no words can be derived from the regex'],
    ['a fact that reads another value', fact, goodFact, ["value: '451'", "value: '452'"], '5:5: the sample yields printer-temperature = 451 instead of printer-temperature = 452'],
    ['a fact that is read from its near miss', fact, goodFact, ['unknown', '12'], '8:5: the near miss yields printer-temperature = 12, although it would not tell'],
    ['an empty file', fact, goodFact, [/[^]*/, ''], '1:1: the file: Invalid input: expected object, received null'],
    ['a list instead of a map', fact, goodFact, [/[^]*/, '- a\n'], '1:1: the file: Invalid input: expected object, received array'],
  ] as const)('%s', (_, file, good, [from, to], said) => {
    const { problems } = loadWith({ [file]: good.replace(from, to) });
    expect(problems).toEqual([expect.stringContaining(`${file}:${said}`)]);
    expect(problems[0]).toMatch(/\n {2}help: \S/);
  });

  test('all faults of a file are told at once', () => {
    const text = goodSignature.replace('rank: 50', 'rank: 101').replace('[final]', '[last]');
    expect(loadWith({ [signature]: text }).problems).toHaveLength(2);
  });

  test('a broken cause takes the signatures along that lead to it, each with its own message', () => {
    const { problems, ids } = loadWith({
      'causes/printer-fire.yaml': goodCause.replace('infra', 'nobody'),
      [signature]: goodSignature,
      [fact]: goodFact,
    });
    expect(problems).toEqual([
      expect.stringContaining('causes/printer-fire.yaml:2:1: '),
      expect.stringContaining(`${signature}:3:1: there is no cause`),
    ]);
    expect(ids).toContain('printer-temperature');
  });
});

function fingerprintOf(files: Readonly<Record<string, string>>): string {
  return loadPatterns([tempFolder({ 'causes/printer-fire.yaml': goodCause, ...files })]).set.fingerprint;
}

describe('the fingerprint of a set', () => {
  test('is the same for the same patterns, wherever they lie', () => {
    expect(fingerprintOf({ [signature]: goodSignature })).toBe(fingerprintOf({ [signature]: goodSignature }));
  });

  test('changes with every change', () => {
    const all = [
      fingerprintOf({}),
      fingerprintOf({ [signature]: goodSignature }),
      fingerprintOf({ [signature]: goodSignature.replace('rank: 50', 'rank: 51') }),
      fingerprintOf({ [signature.replace('on-fire', 'aflame')]: goodSignature }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

test('what the build prepares is the set that was checked, to the last key', () => {
  const folder = tempFolder({ 'patterns.json': preparedText(shipped.set) });
  const prepared = readPrepared(path.join(folder, 'patterns.json'), shippedPatterns);
  expect(prepared).toEqual(shipped.set);
  expect(prepared?.signatures.some(({ afterGrace }) => afterGrace)).toBe(true);
  expect(prepared?.signatures.some(({ daemonGone }) => daemonGone)).toBe(true);
});

test('signatures come highest rank first, so that the order of files means nothing', () => {
  const ranks = shipped.set.signatures.map(({ rank }) => rank);
  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
});
