/** The help topics. What can be read from the program, its database or its data is read from there. */
import { readFileSync } from 'node:fs';

import { schemaText } from '../../output/schema-text.ts';
import type { Style } from '../../output/style.ts';
import { wrap } from '../../output/wrap.ts';
import { reports } from '../../reports/catalog.ts';
import { common } from '../../reports/explanation.ts';
import { Store } from '../../store/store.ts';
import { describeViews } from '../../reports/database-schema.ts';
import { exitCode, exitMeanings } from '../exit-code.ts';
import { nightlyWorkflow, rerunWorkflow, schemaFolder, shippedPatterns } from '../package-files.ts';
import { environment } from './environment.ts';
import { jsonText } from './json-fields.ts';
import type { Topic } from './topics.ts';

export function topicText(topic: Topic, width: number, style: Style): string {
  switch (topic) {
    case 'exit-codes':
      return definitions(
        Object.entries(exitMeanings).map(([name, meaning]) => [String(codeOf(name)), meaning]),
        width,
      );
    case 'environment':
      return `${definitions(Object.entries(environment), width)}\n\nWhat is typed beats the environment. There is no option for a token: arguments can be seen by others.`;
    case 'patterns':
      return paragraphs(patternsTopic, width);
    case 'statistics':
      return statisticsText(width, style);
    case 'schema':
      return schema(width, style);
    case 'json':
      return jsonText(schemaFolder, width, style);
    case 'nightly':
      return `${paragraphs(nightlyTopic, width)}\n\n${timerUnits}\n${readFileSync(nightlyWorkflow, 'utf8')}`;
    case 'rerun-gate':
      return `${paragraphs(rerunTopic, width)}\n\n${readFileSync(rerunWorkflow, 'utf8')}`;
    default:
      return topic satisfies never;
  }
}

function codeOf(name: string): number {
  return Object.entries(exitCode).find(([each]) => each === name)?.[1] ?? 0;
}

const patternsTopic = [
  'A signature is one wording of a failure: where in a log it may stand, a regex, and the cause it means. A cause is what happened: who is to blame, and what to do. A fact is one thing that a log tells about its surroundings, such as the version of BuildKit. All three are files.',
  'Words count only at the right place: the same line inside a RUN step is not evidence. Errors that a build got over are kept apart as healed.',
  `The shipped files are in ${shippedPatterns}; README.md there shows how to write one. Your own go into a folder of the same shape: buildlog scan --patterns mine/ job.log. A file of the same id replaces the shipped one.`,
  'buildlog patterns list shows all, buildlog patterns check --patterns mine/ holds yours against the laws (each needs a sample that matches and a near miss that does not), buildlog patterns explain job.log --signature ID shows why one fired or not, and buildlog report unexplained with buildlog patterns draft make a file of failures that nothing explains.',
];

const rerunTopic = [
  'buildlog check answers infra, code, mixed or unknown for the failed jobs of a run, and ends with 0, 5, 6 or 7. This workflow runs the failed jobs again if the answer is infra. It looks at the first attempt only, so nothing is run more than twice.',
  `The file is ${rerunWorkflow}. Copy it to .github/workflows/ of the default branch and put the name of your workflow into the list. With exit code 0 the line still says whether a re-run helps: a full disk stays full on the same host.`,
];

const nightlyTopic = [
  'An ingest can be run as often as you like: it reads what is new since the last time, and one that was stopped goes on. It ends with 3 if something could not be read yet; that is no failure. cron mails what is on stderr: what was left out, and why.',
  '15 3 * * *  . $HOME/.config/buildlog.env && buildlog ingest github --org acme >> $HOME/buildlog.txt 2>&1',
  `As a systemd timer (systemctl --user enable --now buildlog.timer), or as the workflow in ${nightlyWorkflow}:`,
];

const timerUnits = `# ~/.config/systemd/user/buildlog.service
[Service]
Type=oneshot
EnvironmentFile=%h/.config/buildlog.env
ExecStart=buildlog ingest github --org acme
SuccessExitStatus=3

# ~/.config/systemd/user/buildlog.timer
[Timer]
OnCalendar=*-*-* 03:15
Persistent=true
[Install]
WantedBy=timers.target
`;

function paragraphs(texts: readonly string[], width: number): string {
  return texts.map((text) => wrap(text, width).join('\n')).join('\n\n');
}

function definitions(entries: readonly (readonly [string, string])[], width: number): string {
  const label = Math.max(...entries.map(([name]) => name.length)) + 2;
  return entries
    .map(([name, text]) => {
      const lines = wrap(text, Math.max(30, width - label));
      return name.padEnd(label) + lines.join(`\n${' '.repeat(label)}`);
    })
    .join('\n');
}

function statisticsText(width: number, style: Style): string {
  const list = (texts: readonly string[]): string =>
    texts.map((text) => `- ${wrap(text, width - 2).join('\n  ')}`).join('\n');
  const parts = Object.entries(reports).map(
    ([name, { definitions: own }]) => `${style.bold(`report ${name}`)}\n${list(own)}`,
  );
  return [`${style.bold('all reports')}\n${list(common)}`, ...parts].join('\n\n');
}

/** Of a database that is made for the purpose: what this program reads and writes, not what is on some disk. */
function schema(width: number, style: Style): string {
  const store = Store.open(':memory:');
  try {
    return schemaText(describeViews(store.db), width, style);
  } finally {
    store.close();
  }
}
