/**
 * The way out of `matching`: every text of a log that leaves it passes here, is bounded, and is freed of secrets.
 * Inside, texts are whole, since positions, repeats and fates are told from the words as they were printed.
 */
import { redact, redactedMark, type Redaction } from '../model/redaction.ts';
import type { BuilderEvent, BuildScan, Fact, JobScan, Trace } from '../model/scan.ts';

/**
 * What is held of a text until it leaves: more than is kept, so that a secret at the end of what is kept is seen
 * whole, or far enough to be known.
 */
export const heldLength = 8192;
/** What is kept, in characters. */
const kept = { line: 2000, event: 500, fact: 256, capture: 4096 } as const;

/** The scan with its texts bounded and redacted. */
export function safeScan(scan: JobScan, redaction: Redaction): JobScan {
  const safe = cleaner(redaction);
  const line = <T extends { readonly text: string }>(seen: T): T => ({
    ...seen,
    text: safe(seen.text, kept.line),
  });
  const name = (text: string | null): string | null => {
    const cleaned = text === null ? null : safe(text, kept.event);
    // Two names that hold a secret look alike afterwards, and are not: better none than the wrong one.
    return cleaned?.includes(redactedMark) === true ? null : cleaned;
  };
  const event = (seen: BuilderEvent): BuilderEvent[] => {
    const named = name(seen.name);
    return named === null ? [] : [{ ...seen, name: named, text: safe(seen.text, kept.event) }];
  };
  const build = (seen: BuildScan): BuildScan => ({
    ...seen,
    builder: name(seen.builder),
    driver: name(seen.driver),
    error: seen.error === null ? null : line(seen.error),
  });
  const fact = (seen: Fact): Fact => ({
    ...seen,
    name: safe(seen.name, 2 * kept.fact),
    value: safe(seen.value, kept.fact),
  });
  const { builders } = scan;
  return {
    ...scan,
    steps: scan.steps.map((step) => ({ ...step, title: safe(step.title, kept.line) })),
    builds: scan.builds.map(build),
    occurrences: scan.occurrences.map((seen) => ({
      ...line(seen),
      captures: safeCaptures(seen.captures, safe),
    })),
    facts: scan.facts.map(fact),
    builderEvents: scan.builderEvents.flatMap(event),
    builders: {
      ...builders,
      created: builders.created.flatMap((created) => name(created) ?? []),
      used: name(builders.used),
      driver: name(builders.driver),
    },
    errors: scan.errors.map(line),
  };
}

/** The same for what `patterns explain` shows. */
export function safeTrace(trace: Trace, redaction: Redaction): Trace {
  const safe = cleaner(redaction);
  return {
    ...trace,
    text: safe(trace.text, heldLength),
    subject: safe(trace.subject, heldLength),
    captures: safeCaptures(trace.captures, safe),
  };
}

type Cleaner = (text: string, most: number) => string;

/** A failure's line is found in several places of a scan; it is cleaned once. */
function cleaner(redaction: Redaction): Cleaner {
  const done = new Map<string, string>();
  return (text, most) => {
    const held = text.slice(0, heldLength);
    let safe = done.get(held);
    if (safe === undefined) {
      safe = redact(held, redaction);
      done.set(held, safe);
    }
    return safe.slice(0, most);
  };
}

function safeCaptures(
  captures: Readonly<Record<string, string>>,
  safe: Cleaner,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(captures).map(([key, value]) => [key, safe(value, kept.capture)]),
  );
}
