/**
 * Bad signature files, one fault each: what is printed points at the fault and says what to do, the file
 * is left out, and its neighbours load.
 */
import { expect, test } from 'vitest';

import { goodFact, goodSignature, loadWith } from '../support/pattern-folder.ts';

const file = 'signatures/printer/printer-on-fire.yaml';

interface Fault {
  readonly fault: string;
  /** What is put in place of what, in the good file. */
  readonly edit: readonly [from: RegExp | string, to: string];
  /** Line, column and message; then the help. */
  readonly said: string;
  readonly help: string;
}

const regexHelp = 'repeat single characters or classes only; no look-around, no back-reference';
const yamlHelp = 'mend the YAML; quote a regex with single quotes';

const faults: readonly Fault[] = [
  {
    fault: 'a bracket that is never closed',
    edit: ['[final]', '[final'],
    said: '6:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    help: yamlHelp,
  },
  {
    fault: 'a regex in double quotes',
    edit: [/'(lp.*)'/, '"$1"'],
    said: String.raw`6:19: Invalid escape sequence \d`,
    help: yamlHelp,
  },
  {
    fault: 'the same key twice',
    edit: ['rank: 50', 'rank: 50\nrank: 60'],
    said: '5:1: Map keys must be unique',
    help: yamlHelp,
  },
  {
    fault: 'an alias, of which files so small have no need',
    edit: ['rank: 50', 'rank: &rank 50\ncertainty: *rank'],
    said: '5:',
    help: '',
  },
  {
    fault: 'an unknown key',
    edit: ['rank: 50', 'rank: 50\nseverity: high'],
    said: '5:1: unknown key `severity`',
    help: 'see patterns/README.md for the keys there are',
  },
  {
    fault: 'an unknown key inside a sample',
    edit: ['    captures:', '    captured:'],
    said: '9:5: unknown key `captured`',
    help: 'see patterns/README.md for the keys there are',
  },
  {
    fault: 'a value of the wrong kind',
    edit: ['rank: 50', 'rank: high'],
    said: '4:1: `rank`: Invalid input: expected number, received string',
    help: 'see patterns/README.md',
  },
  {
    fault: 'a rank off the scale',
    edit: ['rank: 50', 'rank: 101'],
    said: '4:1: `rank`: Too big: expected number to be <=100',
    help: 'see patterns/README.md',
  },
  {
    fault: 'the grace of a builder that nobody stopped',
    edit: ['rank: 50', 'rank: 50\nremoval-face: vanished\nafter-grace: true'],
    said: '6:1: `after-grace` is said of a builder that was stopped',
    help: 'give it `removal-face: stopped`',
  },
  {
    fault: 'a position that is never evidence',
    edit: ['[final]', '[final, echo]'],
    said: '5:16: `where.1`: Invalid option: expected one of "header"|',
    help: 'see patterns/README.md',
  },
  {
    fault: 'no samples',
    edit: [/samples:[^]*(?=near-misses)/, ''],
    said: '1:1: `samples`: Invalid input: expected array, received undefined',
    help: 'see patterns/README.md',
  },
  {
    fault: 'an empty list of samples',
    edit: [/samples:[^]*(?=near-misses)/, 'samples: []\n'],
    said: '7:1: `samples`: Too small: expected array to have >=1 items',
    help: 'see patterns/README.md',
  },
  {
    fault: 'no near miss',
    edit: [/near-misses:[^]*/, ''],
    said: '1:1: `near-misses`: Invalid input: expected array, received undefined',
    help: 'see patterns/README.md',
  },
  {
    fault: 'a near miss without a reason',
    edit: [/ {4}why: .*\n/, ''],
    said: '11:5: `near-misses.0.why`: Invalid input: expected string, received undefined',
    help: 'see patterns/README.md',
  },
  {
    fault: 'a cause that does not exist',
    edit: ['printer-fire', 'printer-flood'],
    said: '3:1: there is no cause `printer-flood`',
    help: 'causes are the files of patterns/causes: ',
  },
  {
    fault: 'a cause under circumstances that does not exist',
    edit: ['rank: 50', 'rank: 50\ninstead:\n  - when: { foreign-builder: true }\n    cause: printer-flood'],
    said: '7:5: there is no cause `printer-flood`',
    help: 'causes are the files of patterns/causes: ',
  },
  {
    fault: 'a regex with a look-ahead',
    edit: [" on fire'", " on (?=fire)fire'"],
    said: '6:1: the regex may run away: it has a look-around',
    help: regexHelp,
  },
  {
    fault: 'a regex with a look-behind',
    edit: ["'lp(", "'(?<!e)lp("],
    said: '6:1: the regex may run away: it has a look-around',
    help: regexHelp,
  },
  {
    fault: 'a regex with a back-reference',
    edit: [" on fire'", String.raw` on \k<port> fire'`],
    said: '6:1: the regex may run away: it has a back-reference',
    help: regexHelp,
  },
  {
    fault: 'a regex with a repeated group',
    edit: [" on fire'", " (?:on )+fire'"],
    said: '6:1: the regex may run away: it has a repeated group',
    help: regexHelp,
  },
  {
    fault: 'a regex that does not parse',
    edit: ['(?<port>', '(?<port'],
    said: '6:1: Invalid regular expression: ',
    help: 'mend the regex; quote it with single quotes',
  },
  {
    fault: 'a regex that holds no word',
    edit: [/regex: .*/, String.raw`regex: '(?<port>\d)[a-z ]+'`],
    said: '6:1: no words can be derived from the regex that every match must hold',
    help: 'give every alternative a literal of four characters or more',
  },
  {
    fault: 'a regex with an alternative that holds no word',
    edit: [" on fire'", "(?: on fire| h)'"],
    said: '6:1: no words can be derived from the regex that every match must hold',
    help: 'give every alternative a literal of four characters or more',
  },
  {
    fault: 'a capture that no two failures share',
    edit: ["captures: { port: '0' }", "captures: { port: 'sha256:0a1b' }"],
    said: '9:17: capture `port` holds an id, a time, an address or a path: `sha256:0a1b`',
    help: 'capture only what failures are grouped by',
  },
  {
    fault: 'a sample that the regex does not match',
    edit: ["'ERROR: lp0 on fire'", "'ERROR: lp0 under water'"],
    said: '8:5: the sample is not recognised',
    help: 'printer-on-fire looks at final for ',
  },
  {
    fault: 'a sample at a position where the words do not count',
    edit: ["'ERROR: lp0 on fire'", "'#5 0.2 lp0 on fire'"],
    said: '8:5: the sample is not recognised',
    help: 'printer-on-fire looks at final for ',
  },
  {
    fault: 'a sample that another signature recognises too',
    edit: ["'ERROR: lp0 on fire'", "'ERROR: lp0 on fire: no space left on device'"],
    said: '8:5: the sample is also recognised by `disk-full`',
    help: 'narrow one of the two, or say `also:` if both are right',
  },
  {
    fault: 'a sample that names another signature which does not recognise it',
    edit: ["captures: { port: '0' }", "captures: { port: '0' }\n    also: [disk-full]"],
    said: '10:5: `also:` names `disk-full`, which does not recognise the sample',
    help: 'leave it out',
  },
  {
    fault: 'captures that are not those of the regex',
    edit: ["port: '0'", "port: '1'"],
    said: '8:5: the captures are ',
    help: 'write them under `captures:`, exactly so',
  },
  {
    fault: 'captures that are left out',
    edit: [/ {4}captures: .*\n/, ''],
    said: '8:5: the captures are ',
    help: 'write them under `captures:`, exactly so',
  },
  {
    fault: 'a near miss that is recognised',
    edit: ["'#5 0.1 lp0 on fire'", "'ERROR: lp1 on fire'"],
    said: '11:5: the near miss is recognised, as final, although a program prints it',
    help: 'narrow the regex or its positions',
  },
];

test.each(faults)('$fault', ({ edit: [from, to], said, help }) => {
  const text = goodSignature.replace(from, to);
  const { problems, ids } = loadWith({ [file]: text, 'facts/printer-temperature.yaml': goodFact });
  expect(text).not.toBe(goodSignature);
  expect(problems.map((problem) => problem.split('\n  help: '))).toEqual([
    [expect.stringContaining(`${file}:${said}`), expect.stringContaining(help)],
  ]);
  expect(ids).not.toContain('printer-on-fire');
  expect(ids).toContain('printer-temperature');
});

test('the good file, from which all these are made, has no fault', () => {
  const { problems, ids } = loadWith({ [file]: goodSignature });
  expect(problems).toEqual([]);
  expect(ids).toContain('printer-on-fire');
});
