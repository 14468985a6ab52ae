/**
 * The laws that need the matcher: every sample is recognised by its own pattern, by no other, and with
 * the captures written beside it; no near miss is. Samples are read as what they are, pieces of a log.
 */
import type { FactPattern, NearMiss, Sample, Signature } from '../model/pattern.ts';
import type { JobScan } from '../model/scan.ts';
import type { CompiledPatterns } from './compiled-patterns.ts';
import { JobScanner } from './job-scanner.ts';

/** A broken law, and where in the pattern's file it is broken. */
export interface SampleProblem {
  /** `signatures/<id>` or `facts/<id>`. */
  readonly pattern: string;
  readonly place: readonly PropertyKey[];
  readonly message: string;
  readonly help: string;
}

/** What a sample stands in when it brings no step or build of its own. */
const preamble = '#0 building with "sample" instance using docker-container driver';

export function checkSamples(patterns: CompiledPatterns): SampleProblem[] {
  const { signatures, facts } = patterns.set;
  return [
    ...signatures.flatMap((signature) => [
      ...signature.samples.flatMap((sample, index) =>
        checkSample(patterns, signature, sample, ['samples', index]),
      ),
      ...signature.nearMisses.flatMap((miss, index) =>
        checkNearMiss(patterns, signature, miss, ['near-misses', index]),
      ),
    ]),
    ...facts.flatMap((fact) => checkFact(patterns, fact)),
  ];
}

/** Reads a few lines as the scanner would read them inside a log. */
export function scanSample(patterns: CompiledPatterns, text: string): JobScan {
  const scanner = new JobScanner(patterns);
  const bringsItsOwn = /^(?:\S+Z )?(?:##\[group\]|#0 building |Current runner|\$ )/m.test(text);
  const lines = [...(bringsItsOwn ? [] : [preamble]), ...text.replace(/\n$/, '').split('\n')];
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    scanner.push({ number: index + 1, offset, text: line, clipped: false, ended: true });
    offset += line.length + 1;
  }
  return scanner.finish();
}

function checkSample(
  patterns: CompiledPatterns,
  signature: Signature,
  sample: Sample,
  place: readonly PropertyKey[],
): SampleProblem[] {
  const pattern = `signatures/${signature.id}`;
  const { occurrences } = scanSample(patterns, sample.text);
  const own = occurrences.find((occurrence) => occurrence.signature === signature.id);
  if (own === undefined) {
    const message = 'the sample is not recognised';
    const help = `${signature.id} looks at ${[...signature.where].join(', ')} for ${signature.regex.source}`;
    return [{ pattern, place: [...place, 'text'], message, help }];
  }
  const problems: SampleProblem[] = [];
  const expected = new Set([signature.id, ...sample.also]);
  const seen = new Set(occurrences.map((occurrence) => occurrence.signature));
  for (const id of seen) {
    if (expected.has(id)) continue;
    const message = `the sample is also recognised by \`${id}\``;
    const help = 'narrow one of the two, or say `also:` if both are right';
    problems.push({ pattern, place: [...place, 'text'], message, help });
  }
  for (const id of expected) {
    if (seen.has(id)) continue;
    const message = `\`also:\` names \`${id}\`, which does not recognise the sample`;
    problems.push({ pattern, place: [...place, 'also'], message, help: 'leave it out' });
  }
  const captures = JSON.stringify(sorted(own.captures));
  if (captures !== JSON.stringify(sorted(sample.captures))) {
    const message = `the captures are ${captures}`;
    problems.push({ pattern, place, message, help: 'write them under `captures:`, exactly so' });
  }
  return problems;
}

function checkNearMiss(
  patterns: CompiledPatterns,
  signature: Signature,
  miss: NearMiss,
  place: readonly PropertyKey[],
): SampleProblem[] {
  const { occurrences } = scanSample(patterns, miss.text);
  const wrong = occurrences.find(
    (occurrence) => occurrence.signature === signature.id && !occurrence.healed,
  );
  if (wrong === undefined) return [];
  const message = `the near miss is recognised, as ${wrong.position}, although ${miss.why}`;
  const help = 'narrow the regex or its positions';
  return [{ pattern: `signatures/${signature.id}`, place: [...place, 'text'], message, help }];
}

function checkFact(patterns: CompiledPatterns, fact: FactPattern): SampleProblem[] {
  const pattern = `facts/${fact.id}`;
  const factsIn = (text: string): string[] =>
    scanSample(patterns, text)
      .facts.filter(({ name }) => name.split(':')[0] === fact.id)
      .map(({ name, value }) => `${name} = ${value}`);
  const problems: SampleProblem[] = [];
  fact.samples.forEach(({ text, captures }, index) => {
    const found = factsIn(text);
    const name = captures['name'] === undefined ? fact.id : `${fact.id}:${captures['name']}`;
    const expected = `${name} = ${captures['value'] ?? ''}`;
    if (found.includes(expected)) return;
    const message = `the sample yields ${found.join(', ') || 'nothing'} instead of ${expected}`;
    problems.push({
      pattern,
      place: ['samples', index],
      message,
      help: 'mend a form or the sample',
    });
  });
  fact.nearMisses.forEach(({ text, why }, index) => {
    const found = factsIn(text);
    if (found.length === 0) return;
    const message = `the near miss yields ${found.join(', ')}, although ${why}`;
    problems.push({ pattern, place: ['near-misses', index], message, help: 'narrow the form' });
  });
  return problems;
}

function sorted(captures: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(captures).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
