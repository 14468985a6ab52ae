/** The shipped patterns: all load, and each sample and near miss of theirs is a test of its own. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadCheckedPatterns, shippedPatterns } from '../../src/cli/load-patterns.ts';
import { scanSample } from '../../src/matching/samples.ts';
import { formatProblem } from '../../src/patterns/problem.ts';
import { shipped } from '../support/scan-log.ts';

const { causes, signatures, facts } = shipped.set;
const firstLine = (text: string): string => text.trim().split('\n')[0]?.slice(0, 80) ?? '';

test('every shipped file loads without a problem', () => {
  const files = readdirSync(shippedPatterns, { recursive: true, encoding: 'utf8' });
  expect(loadCheckedPatterns().problems.map(formatProblem)).toEqual([]);
  expect(causes.size + signatures.length + facts.length).toBe(
    files.filter((name) => path.extname(name) === '.yaml').length,
  );
});

test('every cause is led to by a signature', () => {
  const led = new Set(signatures.flatMap(({ cause, instead }) => [cause, ...instead.map((other) => other.cause)]));
  const alone = [...causes.keys()].filter((id) => !led.has(id));
  expect(alone).toEqual([]);
});

describe.each(signatures)('signature $id', ({ id, samples, nearMisses, where }) => {
  test.each(samples.map((sample) => ({ ...sample, line: firstLine(sample.text) })))(
    'recognises $line',
    ({ text, captures, also }) => {
      const { occurrences } = scanSample(shipped, text);
      const own = occurrences.find(({ signature }) => signature === id);
      expect(own?.captures).toEqual(captures);
      expect(where).toContain(own?.position);
      expect(new Set(occurrences.map(({ signature }) => signature))).toEqual(new Set([id, ...also]));
    },
  );

  test.each(nearMisses)('does not take it for one that $why', ({ text }) => {
    const own = scanSample(shipped, text).occurrences.filter(({ signature }) => signature === id);
    expect(own.filter(({ healed }) => !healed)).toEqual([]);
  });
});

describe.each(facts)('fact $id', ({ id, samples, nearMisses }) => {
  test.each(samples.map((sample) => ({ ...sample, line: firstLine(sample.text) })))(
    'reads $line',
    ({ text, captures }) => {
      const name = captures['name'] === undefined ? id : `${id}:${captures['name']}`;
      const read = scanSample(shipped, text).facts.map((fact) => [fact.name, fact.value]);
      expect(read).toContainEqual([name, captures['value']]);
    },
  );

  test.each(nearMisses)('reads nothing where $why', ({ text }) => {
    const read = scanSample(shipped, text).facts.filter(({ name }) => name.split(':')[0] === id);
    expect(read).toEqual([]);
  });
});
