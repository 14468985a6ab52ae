/** `buildlog check` and the terminal: the exit code is the verdict. */
import { existsSync } from 'node:fs';

import { UnreadableLog } from '../log/unreadable-log.ts';
import { gateJson, gateText } from '../output/gate-text.ts';
import { gateJob, gateRun, type GateAnswer } from '../reports/run-gate.ts';
import type { Store } from '../store/store.ts';
import { checkLogs } from './commands/check-logs.ts';
import { checkedPatterns } from './checked-patterns.ts';
import { databasePath, readDatabase } from './database.ts';
import { exitCode, gateCode, UsageError, type ExitCode } from './exit-code.ts';
import type { CheckOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export async function runCheck(
  terminal: Terminal,
  subject: string | undefined,
  options: CheckOptions,
): Promise<ExitCode> {
  const { patterns, problems } = await checkedPatterns(terminal, options);
  if (problems.length > 0) return exitCode.usage;
  const { causes } = patterns.set;
  const asked = readSubject(subject, options.job);
  try {
    const answer =
      asked.kind === 'file'
        ? await checkLogs(asked.path, patterns)
        : readDatabase(databasePath(options.db, terminal.env), (store) =>
            asked.kind === 'job'
              ? theOne(gateJob(store.db, asked.id, causes), store, `job ${asked.id}`)
              : theOne(gateRun(store.db, asked.id, asked.host, causes), store, `run ${asked.id}`),
          );
    const asJson = options.json === true || options.format === 'json';
    terminal.answer(asJson ? gateJson(answer) : gateText(answer));
    return gateCode[answer.verdict];
  } catch (error) {
    if (!(error instanceof UnreadableLog)) throw error;
    terminal.warn(error.source, error.message, error.help);
    return exitCode.error;
  }
}

type Subject =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'job'; readonly id: number }
  | { readonly kind: 'run'; readonly id: number; readonly host: string | null };

/** A file if there is one of that name, else a run by its id or address, or a job by its address. */
function readSubject(text: string | undefined, job: number | undefined): Subject {
  if (job !== undefined && text === undefined) return { kind: 'job', id: job };
  if (text === undefined || job !== undefined) {
    throw new UsageError(
      text === undefined ? 'nothing to check was named' : 'both a run or file and --job were given',
      'give one of: buildlog check RUN, buildlog check FILE, buildlog check --job N',
    );
  }
  if (text === '-' || existsSync(text)) return { kind: 'file', path: text };
  const [, host, run, ofJob] =
    /^https:\/\/([^/]+)\/[^/]+\/[^/]+\/actions\/runs\/(\d+)(?:\/attempts\/\d+)?(?:\/job\/(\d+))?\/?(?:[?#].*)?$/.exec(
      text,
    ) ?? [];
  if (ofJob !== undefined) return { kind: 'job', id: Number(ofJob) };
  const id = Number(run ?? (/^\d+$/.test(text) ? text : Number.NaN));
  if (Number.isSafeInteger(id)) return { kind: 'run', id, host: host ?? null };
  throw new UsageError(
    `${text} is neither a file nor a run`,
    "give the number from the run's address, that address, or a job's log",
  );
}

function theOne(answers: readonly GateAnswer[], { path }: Store, what: string): GateAnswer {
  const [answer, other] = answers;
  if (answer === undefined) {
    throw new UsageError(`no ${what} in ${path}`, 'ingest it first, or check its log: see --help');
  }
  if (other !== undefined) {
    throw new UsageError(`${what} is known on several GitHub hosts`, "give the run's address");
  }
  return answer;
}
