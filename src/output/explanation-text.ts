/** Why a signature fired, line by line, or which hurdle a line did not take. */
import type { Signature } from '../model/pattern.ts';
import type { Occurrence, Trace } from '../model/scan.ts';
import type { Verdict } from '../model/verdict.ts';
import { escapeControls } from './escape.ts';
import { shorten } from './width.ts';
import type { Style } from './style.ts';

export interface Explanation {
  readonly source: string;
  readonly signature: Signature;
  readonly traces: readonly Trace[];
  readonly occurrences: readonly Occurrence[];
  readonly verdict: Verdict;
}

export function explanationText(
  { source, signature, traces, occurrences, verdict }: Explanation,
  width: number,
  style: Style,
): string {
  const where = [...signature.where].join(', ');
  const lines = [
    style.bold(escapeControls(source)),
    `${signature.id}: rank ${signature.rank}, looks at ${where} for ${escapeControls(signature.regex.source)}`,
    `words that every match holds: ${signature.literals.map((word) => `"${escapeControls(word)}"`).join(' or ')}`,
  ];
  if (traces.length === 0) lines.push('no line of the log holds any of these words');
  for (const trace of traces) {
    const { line, text } = trace;
    lines.push(`${style.dim(`line ${line}`)} ${shorten(escapeControls(text), width * 2)}`);
    lines.push(`  ${hurdle(trace, signature)}`);
    const seen = occurrences.find((occurrence) => occurrence.line === line);
    if (seen !== undefined) lines.push(`  ${fate(seen, verdict)}`);
  }
  const cause = verdict.cause ?? 'none';
  lines.push(`verdict: ${verdict.status}, cause ${cause}: ${escapeControls(verdict.reason)}`);
  return `${lines.join('\n')}\n`;
}

function hurdle({ stoppedAt, position, subject, captures }: Trace, signature: Signature): string {
  switch (stoppedAt) {
    case 'position':
      return `✗ position: the line stands at ${position}, where its words are no evidence`;
    case 'vertex':
      return `✗ vertex: position ${position} is right, the vertex's name does not match ${signature.vertex?.source ?? ''}`;
    case 'regex':
      return `✗ regex: position ${position} is right, but the message is ${JSON.stringify(shorten(subject, 200))}`;
    case null:
      return `✓ position ${position}, regex, ${capturesText(captures)}`;
    default:
      return stoppedAt satisfies never;
  }
}

function capturesText(captures: Readonly<Record<string, string>>): string {
  const names = Object.entries(captures).map(([name, value]) => `${name}=${value}`);
  return names.length === 0 ? 'no captures' : escapeControls(`captures ${names.join(', ')}`);
}

function fate(seen: Occurrence, { evidence }: Verdict): string {
  if (seen.healed) return '– healed: the build went on, so it explains nothing';
  if (seen.repeats) return '– repeats an earlier line: counted once';
  const [root] = evidence;
  if (root?.line === seen.line && root.signature === seen.signature)
    return '✓ the root of the verdict';
  if (root === undefined) return '– not used: the job did not fail here';
  return `– outranked by ${root.signature} (line ${root.line})`;
}
