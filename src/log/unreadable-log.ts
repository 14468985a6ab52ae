/** The one error of this folder: a file that cannot be read as a log, with the reason and what to do. */
import { redact } from '../model/redaction.ts';

export class UnreadableLog extends Error {
  override readonly name = 'UnreadableLog';
  readonly source: string;
  readonly help: string;

  constructor(source: string, message: string, help: string) {
    super(redact(message)); // it may quote a name inside an archive
    this.source = source;
    this.help = help;
  }
}
