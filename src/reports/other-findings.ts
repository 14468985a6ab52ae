/** What the numbers say of the leading causes beside the founding one: findings first, then what cannot be told. */
import type { Association } from '../analysis/association.ts';
import { concentrationSentence } from '../analysis/concentration-sentence.ts';
import {
  concurrencySentence,
  remedySentence,
  togetherSentence,
  versionSentence,
} from '../analysis/sentences.ts';
import { removedByOther, type History } from './history.ts';
import type { Finding } from './report.ts';
import { associationOf, components, leadingCauses } from './study.ts';

const causesAsked = 3;

/** Verdicts that a platform engineer can act on. */
const telling: ReadonlySet<string> = new Set([
  'associated',
  'likely',
  'before-after',
  'time-not-aligned',
  'inseparable-from-host',
]);

export interface OtherFindings {
  /** Something goes with the cause. */
  readonly strong: readonly Finding[];
  /** Nothing was found, or there is too little to tell. */
  readonly weak: readonly Finding[];
}

export function otherFindings(history: History): OtherFindings {
  const [buildkit] = components;
  const causes = leadingCauses(history, causesAsked).filter((cause) => cause !== removedByOther);
  const strong: Finding[] = [];
  const weak: Finding[] = [];
  for (const cause of causes) {
    const found = associationOf(history, buildkit, cause);
    const finding = strongest(found, cause);
    if (finding !== null) strong.push(finding);
    else {
      const names = { cause, component: buildkit.title };
      const load =
        found.concurrency === 'not-detected' ? ` ${concurrencySentence(found, { cause })}` : '';
      weak.push({ text: versionSentence(found, names) + load, more: 'buildlog report versions' });
    }
  }
  return { strong, weak };
}

/** Version, load, or one repository: what stands out, with what a remedy would avoid. */
function strongest(found: Association, cause: string): Finding | null {
  const [buildkit] = components;
  const isVersion = telling.has(found.version);
  const isLoad = found.concurrency === 'associated';
  const parts = [
    isVersion ? versionSentence(found, { cause, component: buildkit.title }) : null,
    isLoad ? concurrencySentence(found, { cause }) : null,
    togetherSentence(found, buildkit.title),
    concentrationSentence(found, cause),
    remedySentence(found),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  const more = isLoad && !isVersion ? 'buildlog report concurrency' : 'buildlog report versions';
  return { text: parts.join(' '), more };
}
