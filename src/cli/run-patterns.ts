/** The commands about patterns: list, check, explain, draft. */
import { writeFileSync } from 'node:fs';

import { UnreadableLog } from '../log/unreadable-log.ts';
import type { Signature } from '../model/pattern.ts';
import { plural } from '../model/plural.ts';
import { explanationText } from '../output/explanation-text.ts';
import { draftText } from '../output/pattern-draft.ts';
import { signatureList, signatureRows } from '../output/signature-list.ts';
import { patternJsonSchema } from '../patterns/json-schema.ts';
import { formatProblem } from '../patterns/problem.ts';
import { draftFor, fingerprintsIn } from './commands/draft.ts';
import { explainFile } from './commands/explain.ts';
import { databasePath, readDatabase } from './database.ts';
import { exitCode, UsageError, type ExitCode } from './exit-code.ts';
import { loadCheckedPatterns } from './load-patterns.ts';
import type { CommonOptions, DraftOptions, ExplainOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

export function runPatternsList(terminal: Terminal, options: CommonOptions): ExitCode {
  const { patterns } = loadCheckedPatterns(options.patterns);
  terminal.answer(
    options.format === 'json'
      ? JSON.stringify(signatureRows(patterns.set), null, 2)
      : signatureList(patterns.set, terminal.columns, terminal.style),
  );
  return exitCode.done;
}

/** Holds the shipped patterns and the given folders against every law, and prints what is broken. */
export function runPatternsCheck(terminal: Terminal, options: CommonOptions): ExitCode {
  const { patterns, problems } = loadCheckedPatterns(options.patterns);
  for (const problem of problems) terminal.answer(formatProblem(problem));
  const { causes, signatures, facts, fingerprint } = patterns.set;
  terminal.answer(
    `${plural(causes.size, 'cause')}, ${plural(signatures.length, 'signature')}, ${plural(facts.length, 'fact')} loaded ` +
      `(set ${fingerprint}); ${plural(problems.length, 'problem')}`,
  );
  return problems.length > 0 ? exitCode.usage : exitCode.done;
}

export function runPatternsSchema(terminal: Terminal): ExitCode {
  terminal.answer(JSON.stringify(patternJsonSchema(), null, 2));
  return exitCode.done;
}

export async function runPatternsExplain(
  terminal: Terminal,
  file: string,
  options: ExplainOptions,
): Promise<ExitCode> {
  const { patterns, problems } = loadCheckedPatterns(options.patterns, options.redact);
  for (const problem of problems) terminal.say(formatProblem(problem));
  const signature = findSignature(options.signature, [...patterns.signatures.values()]);
  try {
    for await (const explanation of explainFile(file, signature, patterns)) {
      terminal.answer(explanationText(explanation, terminal.columns, terminal.style));
    }
    return problems.length > 0 ? exitCode.usage : exitCode.done;
  } catch (error) {
    if (!(error instanceof UnreadableLog)) throw error;
    terminal.warn(error.source, error.message, error.help);
    return exitCode.error;
  }
}

export function runPatternsDraft(
  terminal: Terminal,
  fingerprint: string,
  options: DraftOptions,
): ExitCode {
  const { patterns } = loadCheckedPatterns(options.patterns);
  return readDatabase(databasePath(options.db, terminal.env), (store) => {
    const draft = draftFor(store, fingerprint, patterns);
    if (draft === null) {
      const known = fingerprintsIn(store).slice(0, 5).join(', ') || 'none: everything is explained';
      throw new UsageError(
        `no job has the fingerprint ${fingerprint}`,
        `fingerprints there are: ${known}`,
      );
    }
    if (options.out === undefined) terminal.answer(draftText(draft));
    else {
      // A draft never overwrites what somebody has filled in.
      writeFileSync(options.out, draftText(draft), { flag: 'wx' });
      terminal.say(
        `${options.out} written; fill it in, then: buildlog patterns check --patterns FOLDER`,
      );
    }
    return exitCode.done;
  });
}

function findSignature(id: string, signatures: readonly Signature[]): Signature {
  const found = signatures.find((signature) => signature.id === id);
  if (found !== undefined) return found;
  const alike = signatures.map((signature) => signature.id).filter((other) => other.includes(id));
  const help =
    alike.length > 0
      ? `did you mean ${alike.slice(0, 5).join(', ')}?`
      : 'see buildlog patterns list';
  throw new UsageError(`there is no signature ${id}`, help);
}
