/** A pattern file to start from, made of a failure that nothing explains. */
import { stringify } from 'yaml';
import { plural } from '../model/plural.ts';

export interface Draft {
  readonly fingerprint: string;
  readonly template: string;
  /** The example's error line, as it stands in its log. */
  readonly line: string;
  readonly regex: string;
  readonly jobs: number;
  readonly example: string;
  /** The signature it resembles most, and that one's cause. */
  readonly nearest: { readonly id: string; readonly cause: string } | null;
}

/** The text of a file that already obeys every law; what it means is left to whoever fills it in. */
export function draftText(draft: Draft): string {
  const { fingerprint, template, line, regex, jobs, example, nearest } = draft;
  const cause = nearest?.cause ?? 'step-failed';
  const comments = [
    'Say here what the failure is and where that is known from.',
    `Drafted from ${fingerprint}, ${plural(jobs, 'failed job')}; this line is of job ${example}:`,
    ...line.split('\n').map((part) => `  ${part}`),
    `Masked: ${template}`,
    nearest === null
      ? 'Nothing known resembles it; choose the cause from patterns/causes.'
      : `Nearest known: ${nearest.id}; its cause is written below. Check it, and the rank (patterns/README.md).`,
  ];
  const file = {
    title: 'say what happened, in words',
    cause,
    rank: 50,
    where: ['final', 'annotation'],
    regex,
    certainty: 'medium',
    samples: [{ text: line }],
    'near-misses': [
      { text: `#9 [2/2] RUN make\n#9 1.234 ${line}`, why: 'a program inside a RUN step prints it' },
    ],
  };
  const yaml = stringify(file, {
    lineWidth: 0,
    defaultStringType: 'QUOTE_SINGLE',
    defaultKeyType: 'PLAIN',
  });
  return `${comments.map((text) => `# ${text}`).join('\n')}\n${yaml}`;
}
