/**
 * The negative control: failures that neither BuildKit nor the load can bring about, those of the change itself. If the
 * same comparison "finds" an effect on them too, what it finds elsewhere is not to be trusted (Lipsitch 2010).
 */
import { basisOf } from './basis.ts';
import { fitConditionalPoisson, likelihoodRatio } from './conditional-poisson.ts';
import { conventions } from './conventions.ts';
import { against } from './ladder.ts';
import type { Study } from './study.ts';

export interface Control {
  /** Whether failures of the control rise with the suspect version, and with the load. */
  readonly version: boolean;
  readonly load: boolean;
}

/** Asks the control what was asked of the cause: `suspect` against all others, and each further build. */
export function controlOf(study: Study, suspect: string): Control {
  const { phi } = basisOf(study);
  const fit = fitConditionalPoisson(study.byJob().design(study.cases, against(suspect, study)));
  const rises = (index: number): boolean =>
    fit !== null &&
    (fit.coefficients[index] ?? 0) > 0 &&
    likelihoodRatio(fit, [index], phi).p < conventions.alpha;
  return { version: rises(0), load: rises(1) };
}
