/** From a checked file to a pattern of the model, with the laws that a single file can break. */
import type {
  Cause,
  Circumstances,
  FactForm,
  FactPattern,
  Position,
  Signature,
} from '../model/pattern.ts';
import type { PatternProblem } from './problem.ts';
import { requiredLiterals, unsafety } from './regex-laws.ts';
import {
  causeSchema,
  factSchema,
  signatureSchema,
  type CircumstancesFile,
  type FactFile,
} from './schema.ts';
import type { YamlFile } from './yaml-file.ts';

/** Where a fact may stand unless its form says otherwise: not in echoes, programs' output or replays. */
const factPositions: readonly Position[] = ['header', 'command', 'group', 'output'];

/** What must not be captured: it would split what failures are grouped by. */
const ungroupable =
  /sha256:|[0-9a-f]{8}-[0-9a-f]{4}-|^\/|\d{4}-\d\d-\d\dT|^[a-z0-9]{25}$|^[0-9a-f]{12,}$|:\d{4,5}\b/;

export function readCause(id: string, yaml: YamlFile): Cause | PatternProblem[] {
  const read = yaml.read(causeSchema);
  if ('problems' in read) return read.problems;
  const { title, blame, transient, explanation, advice, references } = read.value;
  return {
    id,
    title,
    blame,
    transient,
    explanation: explanation.trim(),
    advice: advice.map((entry) => ({
      when: entry.when ? circumstancesOf(entry.when) : null,
      text: entry.do.trim(),
    })),
    references: references ?? [],
  };
}

export function readSignature(id: string, yaml: YamlFile): Signature | PatternProblem[] {
  const read = yaml.read(signatureSchema);
  if ('problems' in read) return read.problems;
  const file = read.value;
  const problems: PatternProblem[] = [];
  const regex = checkedRegex(yaml, ['regex'], file.regex, problems);
  const vertex = file.vertex ? checkedRegex(yaml, ['vertex'], file.vertex, problems) : null;
  const literals = checkedLiterals(yaml, ['regex'], file.regex, problems);
  file.samples.forEach((sample, index) => {
    for (const [name, value] of Object.entries(sample.captures ?? {})) {
      if (!ungroupable.test(value)) continue;
      const place = ['samples', index, 'captures', name];
      const message = `capture \`${name}\` holds an id, a time, an address or a path: \`${value}\``;
      problems.push(yaml.problemAt(place, message, 'capture only what failures are grouped by'));
    }
  });
  if (file['after-grace'] === true && file['removal-face'] !== 'stopped') {
    const message = '`after-grace` is said of a builder that was stopped';
    problems.push(yaml.problemAt(['after-grace'], message, 'give it `removal-face: stopped`'));
  }
  if (problems.length > 0 || regex === null || literals === null) return problems;
  return {
    id,
    title: file.title,
    cause: file.cause,
    rank: file.rank,
    where: new Set<Position>(file.where),
    vertex,
    regex,
    literals,
    removalFace: file['removal-face'] ?? null,
    afterGrace: file['after-grace'] ?? false,
    daemonGone: file['daemon-gone'] ?? false,
    instead: (file.instead ?? []).map((other) => ({
      when: circumstancesOf(other.when),
      cause: other.cause,
      certainty: other.certainty ?? null,
    })),
    certainty: file.certainty ?? 'high',
    affects: file.affects ?? null,
    fixedIn: file['fixed-in'] ?? null,
    references: file.references ?? [],
    samples: file.samples.map(({ text, captures, also }) => ({
      text,
      captures: captures ?? {},
      also: also ?? [],
    })),
    nearMisses: file['near-misses'],
  };
}

export function readFact(id: string, yaml: YamlFile): FactPattern | PatternProblem[] {
  const read = yaml.read(factSchema);
  if ('problems' in read) return read.problems;
  const { title, forms, samples } = read.value;
  const problems: PatternProblem[] = [];
  const checked = forms.map((form, index) => readForm(yaml, index, form, problems));
  const good = checked.filter((form) => form !== null);
  if (problems.length > 0 || good.length < forms.length) return problems;
  return {
    id,
    title,
    forms: good,
    samples: samples.map(({ text, name, value }) => ({
      text,
      captures: name === undefined ? { value } : { name, value },
      also: [],
    })),
    nearMisses: read.value['near-misses'],
  };
}

function readForm(
  yaml: YamlFile,
  index: number,
  form: FactFile['forms'][number],
  problems: PatternProblem[],
): FactForm | null {
  const place = ['forms', index];
  const regex = checkedRegex(yaml, [...place, 'regex'], form.regex, problems);
  const literals = checkedLiterals(yaml, [...place, 'regex'], form.regex, problems);
  const after = form.after ? checkedRegex(yaml, [...place, 'after'], form.after, problems) : null;
  if (!form.regex.includes('(?<value>')) {
    const help = 'put what is to be kept into (?<value>…)';
    problems.push(yaml.problemAt([...place, 'regex'], 'the regex has no group `value`', help));
  }
  if (regex === null || literals === null) return null;
  return {
    regex,
    literals,
    after,
    afterLiterals: form.after && after ? requiredLiterals(form.after) : null,
    within: form.within ?? 3,
    where: new Set<Position>(form.where ?? factPositions),
    precedence: form.precedence ?? 0,
  };
}

function checkedRegex(
  yaml: YamlFile,
  place: readonly PropertyKey[],
  source: string,
  problems: PatternProblem[],
): RegExp | null {
  try {
    const reason = unsafety(source);
    if (reason === null) return new RegExp(source);
    const help = 'repeat single characters or classes only; no look-around, no back-reference';
    problems.push(yaml.problemAt(place, `the regex may run away: it has ${reason}`, help));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push(yaml.problemAt(place, message, 'mend the regex; quote it with single quotes'));
  }
  return null;
}

function checkedLiterals(
  yaml: YamlFile,
  place: readonly PropertyKey[],
  source: string,
  problems: PatternProblem[],
): readonly string[] | null {
  try {
    const literals = requiredLiterals(source);
    if (literals !== null) return literals;
  } catch {
    return null; // the syntax error has been reported
  }
  const message = 'no words can be derived from the regex that every match must hold';
  const help = 'give every alternative a literal of four characters or more';
  problems.push(yaml.problemAt(place, message, help));
  return null;
}

function circumstancesOf(file: CircumstancesFile): Circumstances {
  return {
    dockerWorkedBefore: file['docker-worked-before'],
    foreignBuilder: file['foreign-builder'],
    pointerReset: file['pointer-reset'],
    collision: file.collision,
    hostShared: file['host-shared'],
    beside: file.beside,
    versions: file.versions,
  };
}
