/** The answer of the re-run gate: one line for people, one object for programs. */
import type { GateAnswer } from '../reports/run-gate.ts';
import { escapeControls, toJson } from './escape.ts';
import { schemaVersion } from './schema-version.ts';

const hints = {
  yes: '; a re-run usually passes',
  maybe: '; a re-run may pass',
  no: '; a re-run does not mend it',
} as const;

/** `infra: run 1, attempt 1: 1 failed: disk-full (infra); a re-run does not mend it` */
export function gateText({ verdict, subject, why, rerunHelps }: GateAnswer): string {
  const hint = rerunHelps === null ? '' : hints[rerunHelps];
  return escapeControls(`${verdict}: ${subject}: ${why}${hint}`);
}

export function gateJson({ verdict, why, rerunHelps, subject, run, jobs }: GateAnswer): string {
  const body = { verdict, why, rerun_helps: rerunHelps, subject, run, jobs };
  return `${toJson({ schema_version: schemaVersion, ...body }, 2)}\n`;
}
