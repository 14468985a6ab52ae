/** The options of the commands, as they were typed. */
import type { ReportFormat } from '../output/report-faces.ts';

import type { Redaction } from '../model/redaction.ts';

import type { LoadLevel } from '../reports/names.ts';

export interface CommonOptions {
  readonly db?: string;
  readonly format?: 'table' | 'json';
  readonly patterns?: string[];
  readonly redact?: Redaction;
}

export interface ReportOptions extends Omit<CommonOptions, 'format'> {
  readonly format?: ReportFormat;
  /** A file for the answer. */
  readonly out?: string;
  /** Say what the report's words mean and what it asks the database, instead of the report. */
  readonly explain?: boolean;
  /** What load is counted on. */
  readonly level?: LoadLevel;
  /** Versions that others are compared with, as `component=version`. */
  readonly reference?: string[];
}

export interface IngestOptions extends CommonOptions {
  readonly metadata?: string[];
  readonly runs?: string[];
}

export interface ExplainOptions extends CommonOptions {
  readonly signature: string;
}

export interface RematchOptions extends CommonOptions {
  readonly write?: boolean;
  readonly keepLogs?: string;
}

export interface PruneOptions extends CommonOptions {
  readonly olderThan: string;
  readonly write?: boolean;
  readonly keepLogs?: string;
}

export interface DraftOptions extends CommonOptions {
  readonly out?: string;
}

/** Which GitHub is asked. */
export interface AccessOptions {
  readonly apiUrl?: string;
  readonly logHost?: string[];
}

export interface IngestGithubOptions extends CommonOptions, AccessOptions {
  readonly org?: string[];
  readonly since?: string;
  readonly workflow?: string[];
  readonly maxCalls?: number;
  readonly minRemaining: number;
  readonly sampleGreen: number;
  readonly keepLogs?: string;
  readonly maxLogSize: number;
  readonly dryRun?: boolean;
}

export interface DoctorOptions extends CommonOptions, AccessOptions {
  readonly probe?: string;
}

export interface CheckOptions extends CommonOptions {
  readonly job?: number;
  readonly json?: boolean;
}

export interface SqlOptions {
  readonly db?: string;
  readonly format: 'table' | 'csv' | 'json' | 'ndjson';
  /** Rows at most; 0 for all. */
  readonly limit?: number;
}

export type ExportChoice = 'csv' | 'ndjson' | 'postmortem';

export interface ExportOptions extends CommonOptions {
  readonly cause?: string;
  /** Two times with two dots between. */
  readonly window?: string;
  readonly job?: number;
}
