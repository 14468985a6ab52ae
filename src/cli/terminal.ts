/** The process's streams and environment, seen by nothing but cli/. Answers on stdout, all else on stderr. */
import { escapeControls } from '../output/escape.ts';
import type { Style } from '../output/style.ts';
import { styleOf, wantsColor, type ColorChoice } from './color.ts';

const fallbackColumns = 120;
const redrawEvery = 100;
const plainEvery = 30_000;

export class Terminal {
  readonly env: NodeJS.ProcessEnv = process.env;
  /** As `--color` said. */
  color: ColorChoice = 'auto';
  #drawn = false;
  #drawnAt = 0;

  /** Whether somebody sees an answer at once. */
  get isWatched(): boolean {
    return process.stdout.isTTY;
  }

  /** Columns of the terminal, or a width that suits a log. */
  get columns(): number {
    return process.stdout.columns || Number(this.env['COLUMNS']) || fallbackColumns;
  }

  get hasColor(): boolean {
    return wantsColor(this.color, this.env, process.stdout.isTTY);
  }

  get style(): Style {
    return styleOf(this.hasColor);
  }

  /** Writes an answer. The text is finished: escaped and styled. No rows as NDJSON are no line. */
  answer(text: string): void {
    this.clear();
    if (text === '') return;
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Says something beside the answer. */
  say(text: string): void {
    this.clear();
    process.stderr.write(`${text}\n`);
  }

  /** Says that something was left out, why, and what to do. */
  warn(source: string, message: string, help?: string): void {
    const advice = help === undefined ? '' : `\n  help: ${escapeControls(help)}`;
    this.say(`buildlog: ${escapeControls(source)}: ${escapeControls(message)}${advice}`);
  }

  /** Redraws the one progress line, at most ten times a second and only where somebody watches. */
  progress(text: string): void {
    const now = performance.now();
    if (!process.stderr.isTTY) {
      // A line now and then, for whoever reads what cron mailed.
      if (now - this.#drawnAt < plainEvery) return;
      if (this.#drawnAt > 0) process.stderr.write(`${escapeControls(text)}\n`);
      this.#drawnAt = now;
      return;
    }
    if (now - this.#drawnAt < redrawEvery) return;
    this.#drawnAt = now;
    this.#drawn = true;
    process.stderr.write(`\r\u001B[K${escapeControls(text).slice(0, this.columns - 1)}`);
  }

  clear(): void {
    if (this.#drawn) process.stderr.write('\r\u001B[K');
    this.#drawn = false;
  }
}
