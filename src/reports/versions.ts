/**
 * Is it the version? The rate of each leading cause by version of each component, raw and at equal load, job and age. Causes
 * are counted, never messages: one stop prints one line with BuildKit 0.13 and another with 0.14.
 */
import { aliasesOf, type Surroundings } from '../analysis/aliases.ts';
import type { Association } from '../analysis/association.ts';
import { fisherExact, smallestPossibleP } from '../analysis/exact-test.ts';
import { falseDiscovery } from '../analysis/multiplicity.ts';
import { proportion, type Proportion } from '../analysis/proportion.ts';
import { rateRatio } from '../analysis/rates.ts';
import { versionDoubt } from '../analysis/doubt.ts';
import { concentrationSentence } from '../analysis/concentration-sentence.ts';
import {
  aliasSentence,
  commonSentence,
  effectText,
  remedySentence,
  togetherSentence,
  versionSentence,
} from '../analysis/sentences.ts';
import { unknownVersion } from '../analysis/study.ts';
import { differenceTest, trendTest } from '../analysis/trend.ts';
import { plural } from '../model/plural.ts';
import { compareVersions, isOrdered } from '../model/version.ts';
import { funnelText } from './funnel.ts';
import { groupBy, type History } from './history.ts';
import type { References } from './reference.ts';
import type { Cell, Report, Section } from './report.ts';
import { withoutFailures } from './spared-versions.ts';
import {
  associationOf,
  casesOf,
  components,
  isCompared,
  leadingCauses,
  rateAmong,
  toP,
  versionOf,
  type Component,
} from './study.ts';
import { crossSection, ladderSection, type ComponentStudy } from './version-ladder.ts';

const causesShown = 3;

export function versionsReport(history: History, references: References = new Map()): Report {
  const causes = leadingCauses(history, causesShown);
  const studies = components.map((component) =>
    studiesOf(history, component, causes, references.get(component.key)),
  );
  const [buildkit = []] = studies;
  return {
    id: 'versions',
    title: 'Failures by version',
    scope: history.scope,
    findings: [],
    sections: [
      ...components.map((component, i) => section(history, component, studies[i] ?? [])),
      ladderSection(studies.flat()),
      crossSection(buildkit),
    ],
  };
}

function studiesOf(
  history: History,
  component: Component,
  causes: readonly string[],
  reference: string | undefined,
): ComponentStudy[] {
  return causes.map((cause) => ({
    component,
    cause,
    found: associationOf(history, component, cause, reference),
  }));
}

function section(
  history: History,
  component: Component,
  studies: readonly ComponentStudy[],
): Section {
  return {
    id: component.key,
    title: component.title,
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'version', title: 'version', kind: 'id' },
      { key: 'first', title: 'first seen', kind: 'instant' },
      { key: 'last', title: 'last seen', kind: 'instant' },
      { key: 'failures', title: 'of builds (95 %)', kind: 'proportion' },
      { key: 'ratio', title: 'raw ratio', kind: 'id' },
      { key: 'adjusted', title: 'adjusted', kind: 'id' },
      { key: 'p', title: 'p', kind: 'id' },
      { key: 'q', title: 'q', kind: 'id' },
    ],
    rows: studies.flatMap(({ cause, found }) => rowsOf(history, component, cause, found)),
    note: [
      ...notesOn(history, component, studies),
      howToRead,
      ...(component === components[0] ? [funnelText(history)] : []),
    ].join('\n'),
  };
}

/** What is said of each cause; that there is too little to say is said once, with the first component. */
function notesOn(
  history: History,
  component: Component,
  studies: readonly ComponentStudy[],
): string[] {
  const isFirst = component === components[0];
  const little = studies.filter(({ found }) => found.version === 'insufficient' && !isFirst);
  const notes = studies
    .filter((study) => !little.includes(study))
    .map((study) => noteOn(history, study));
  if (little.length === 0) return notes;
  const names = little.map(({ cause }) => cause).join(', ');
  return [...notes, `Not enough data on ${names}: see ${components[0].title}.`];
}

/** The verdict, what cannot be told apart from it, where failures gather, what a remedy would avoid. */
function noteOn(history: History, { component, cause, found }: ComponentStudy): string {
  const suspect = found.ladder?.version ?? null;
  const sentences = [
    versionSentence(found, { cause, component: component.title }),
    found.version === 'not-detected' ? null : togetherSentence(found, component.title),
    versionDoubt(found),
    commonSentence(cause, found),
    suspect === null
      ? null
      : aliasSentence(
          suspect,
          component.title,
          aliasesOf(surroundingsOf(history, component), suspect),
        ),
    rawTests(history, component, cause),
    concentrationSentence(found, cause),
    remedySentence(found),
    withoutFailures(history, component, cause),
  ];
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

/** Whether the versions differ at all before anything is held equal, and whether later ones fail more. */
function rawTests(history: History, component: Component, cause: string): string | null {
  const first = history.built.filter((builds) => builds.isFirst);
  const casesOn = groupBy(casesOf(history, cause), (job) => versionOf(job, component));
  const levels = [...groupBy(first, ({ setup }) => versionOf(setup, component))]
    .filter(([version]) => version !== unknownVersion)
    .toSorted(([a], [b]) => compareVersions(a, b))
    .map(([version, builds], score) => {
      const own = rateAmong(casesOn.get(version)?.length ?? 0, builds);
      return { version, score, failures: own.count, builds: own.total };
    });
  const apart = differenceTest(levels);
  // Below that the distribution is not that of χ², and the rows' exact p must do.
  if (levels.length < 2 || apart.smallestExpected < 5) return null;
  const ordered = levels.filter(({ version }) => isOrdered(version));
  const rising =
    ordered.length > 2 ? `, rising with the version p ${toP(trendTest(ordered).p)}` : '';
  return `Raw, all versions together: p ${toP(apart.p)}${rising} (how often chance alone would do as much).`;
}

/** Everything a version could have come together with, in minutes. */
function surroundingsOf(history: History, component: Component): Surroundings[] {
  const others = components.filter(({ key }) => key !== component.key);
  // Each setup's once: many thousands of builds share a few.
  const ofSetups = new Map(
    history.setups.map((setup) => [
      setup,
      Object.fromEntries(others.map(({ key, title }) => [title, setup[key]])),
    ]),
  );
  return history
    .bySurroundings()
    .filter(isCompared)
    .map(({ setup, place, repository, minutes }) => ({
      version: versionOf(setup, component),
      minutes,
      values: {
        ...ofSetups.get(setup),
        OS: setup.os_image,
        driver: setup.driver,
        host: place.machine,
        repository,
      },
    }));
}

const howToRead =
  'How to read: a ratio of 2 is twice the failures of the version marked reference; raw by build, adjusted by minute at equal load, ' +
  'job and age of the build. In brackets the range that chance leaves (95 %); one that holds 1 says nothing. p is how often chance alone ' +
  'would set a version as far apart from all others, q the same after looking at all versions. First attempts only.';

function rowsOf(
  history: History,
  component: Component,
  cause: string,
  found: Association,
): Readonly<Record<string, Cell>>[] {
  const { reference } = found;
  const adjusted = found.adjusted();
  const first = history.built.filter((builds) => builds.isFirst);
  const cases = casesOf(history, cause);
  const casesOn = groupBy(cases, (job) => versionOf(job, component));
  const groups = [...groupBy(first, ({ setup }) => versionOf(setup, component))].toSorted(
    ([a], [b]) => (a === unknownVersion ? 1 : b === unknownVersion ? -1 : compareVersions(a, b)),
  );
  const rates = new Map(
    groups.map(([version, builds]) => [
      version,
      rateAmong(casesOn.get(version)?.length ?? 0, builds),
    ]),
  );
  const all = rateAmong(cases.length, first);
  const base = rates.get(reference ?? '') ?? proportion(0, 0);
  const tests = [...rates.values()].map(
    (own) => fisherExact(own.count, own.total, all.count - own.count, all.total - own.total).p,
  );
  const q = falseDiscovery(tests);
  return groups.map(([version, builds], i) => {
    const own = rates.get(version) ?? proportion(0, 0);
    const few = smallestPossibleP(all.count, own.total, all.total - own.total) >= 0.05;
    const compared = version !== reference && base.total > 0;
    const model = adjusted.get(version);
    return {
      cause,
      version,
      first: builds.flatMap(({ firstAt }) => firstAt ?? []).toSorted()[0] ?? null,
      last:
        builds
          .flatMap(({ lastAt }) => lastAt ?? [])
          .toSorted()
          .at(-1) ?? null,
      failures: own,
      ratio: compared ? effectText(rateRatio(rated(own), rated(base))) : 'reference',
      // Without a failure the estimate is the penalty's; only its upper end is the data's.
      adjusted:
        model === undefined ? null : effectText(own.count === 0 ? { ...model, ratio: 0 } : model),
      p: groups.length < 2 ? null : few ? 'too few' : toP(tests[i] ?? 1),
      q: few || groups.length < 2 ? null : toP(q[i] ?? 1),
    };
  });
}

function rated({ count, total }: Proportion): { failures: number; exposure: number } {
  return { failures: count, exposure: total };
}

/** One sentence on a cause: is it the BuildKit version? Null without such a case. */
export function buildkitSentence(history: History, cause: string): string | null {
  const [buildkit] = components;
  const cases = casesOf(history, cause);
  if (cases.length === 0) return null;
  const found = associationOf(history, buildkit, cause);
  const first = history.built.filter((builds) => builds.isFirst);
  const casesOn = groupBy(cases, (job) => versionOf(job, buildkit));
  const known = [...groupBy(first, ({ setup }) => versionOf(setup, buildkit))]
    .filter(([version]) => version !== unknownVersion)
    .toSorted(([a], [b]) => compareVersions(a, b))
    .map(([version, builds]) => ({
      version,
      of: rateAmong(casesOn.get(version)?.length ?? 0, builds),
    }));
  const counts = known.map(({ version, of }) => `${version} ${of.count}/${of.total}`).join(', ');
  const sentence = versionSentence(found, { cause, component: buildkit.title });
  const hit = known.filter(({ of }) => of.count > 0).length;
  // One version alone may be chance or may be the version; two are enough to show that it strikes others.
  return found.version === 'not-detected' && hit > 1
    ? `Nothing points at the BuildKit version: ${hit} of ${plural(known.length, 'version')} saw it (${counts}). ${sentence}`
    : `${sentence}${counts === '' ? '' : ` Of first attempts: ${counts}.`}`;
}
