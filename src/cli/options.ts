/** The options of the commands, as they were typed. */

export interface CommonOptions {
  readonly db?: string;
  readonly format?: 'table' | 'json';
  readonly patterns?: string[];
}

export interface IngestOptions extends CommonOptions {
  readonly metadata?: string[];
  readonly runs?: string[];
}

export interface ExplainOptions extends CommonOptions {
  readonly signature: string;
}

export interface DraftOptions extends CommonOptions {
  readonly out?: string;
}
