/** What is run for a class of inputs: the whole program, and the others in the way that is most like it. */
import { closeSync, openSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** A class of inputs. */
export interface Class {
  readonly name: string;
  /** What is scanned: files, or one pattern of the shell's. */
  readonly files: string;
  /** How ripgrep is asked for the most alike thing. */
  readonly ripgrep: string;
  /** An archive, which ripgrep is given unpacked through a pipe. */
  readonly isPacked?: true;
  /** All processors work; wall time is compared. */
  readonly together?: true;
}

/** How the programs are called, in the shell's words. */
export interface Programs {
  readonly buildlog: string;
  readonly ripgrep: string;
  readonly grep: string;
  /** The files with the regexes, and with the words that they require. */
  readonly regexes: string;
  readonly words: string;
}

/** The commands, each with as many threads as the others. */
export function commandsFor(
  { files, ripgrep, isPacked, together }: Class,
  programs: Programs,
  processors: number,
): Record<'ours' | 'ripgrep' | 'grep', string> {
  const given = isPacked ? `unzip -p ${files} |` : '';
  const named = isPacked ? '' : files;
  const threads = together ? processors : 1;
  return {
    ours: `BUILDLOG_WORKERS=${threads - 1} ${programs.buildlog} scan ${files}`,
    ripgrep: `${given} ${programs.ripgrep} -j${threads} ${ripgrep} --no-unicode -f '${programs.regexes}' ${named}`,
    grep: `${given} LC_ALL=C ${programs.grep} -c -F -f '${programs.words}' ${named}`,
  };
}

/** Runs a command. The answer goes to a file: some stop early when nobody listens. */
export function run(command: string, answer: string): void {
  const file = openSync(answer, 'w');
  spawnSync('/bin/sh', ['-c', command], { stdio: ['ignore', file, 'ignore'] });
  closeSync(file);
}
