/** Where failures gather, in words: with how many of how many, an interval, and where else they gather. */
import type { Association } from './association.ts';
import type { Concentration } from './concentrations.ts';
import { effectText } from './sentences.ts';

/** Where failures gather when neither version nor load is to blame, and where else; null where nothing stands apart. */
export function concentrationSentence(
  { concentrations }: Association,
  cause: string,
): string | null {
  const [first, ...others] = concentrations;
  if (first === undefined) return null;
  const { failures, of, byMinutes, circumstance } = first;
  const also = others
    .slice(0, alsoShown)
    .map((each) => `${placeText(each)} (${each.failures}, ${effectText(each.byMinutes)} times)`);
  return (
    `${cause}: ${failures} of ${of} failures are ${placeText(first)}, ` +
    `${effectText(byMinutes)} times the rate per minute of all other ${plurals[circumstance]}.` +
    (also.length === 0 ? '' : ` They also gather ${also.join(', ')}; these may be the same builds.`)
  );
}

const alsoShown = 2;

const plurals: Readonly<Record<Concentration['circumstance'], string>> = {
  repository: 'repositories',
  host: 'hosts',
  os: 'images of the runner',
  driver: 'drivers',
  hour: 'hours of the day',
};

/** `in acme/mono`, `on host ci-1`. */
function placeText({ circumstance, value }: Concentration): string {
  switch (circumstance) {
    case 'repository':
      return `in ${value}`;
    case 'host':
      return `on host ${value}`;
    case 'os':
      return `on runner image ${value}`;
    case 'driver':
      return `with driver ${value}`;
    case 'hour':
    default:
      return `of builds that started from ${value.padStart(2, '0')}:00 to ${value.padStart(2, '0')}:59 UTC`;
  }
}
