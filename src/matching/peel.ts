/**
 * The prefix grammar: one failure is printed many times, each time in another wrapping. Peeling leaves
 * the message itself, so that a signature is written once and repeats are seen as such.
 *
 * Sources: docker/build-push-action (`buildx failed with:`; `buildx call failed with:` before 2.9),
 * docker/bake-action, buildx (`ERROR:` since 0.9, `error:` before; `failed to build:` since 0.25).
 */

const wrappers: readonly RegExp[] = [
  /^##\[error\]/,
  /^Error: /,
  /^buildx (?:bake |call )?failed with: /,
  /^(?:ERROR|error): /,
  /^failed to build: /,
  /^target [^\s:]+: /,
  /^failed to solve(?: with frontend [^\s:]+)?: /,
  /^rpc error: code = Unknown desc = /,
  /^failed to solve(?: with frontend [^\s:]+)?: /,
  /^failed to (?:build LLB|create LLB definition): /,
];

// The command of a failed RUN step may hold any words at all; they are the user's, not evidence.
const quotedCommands: readonly (readonly [RegExp, string])[] = [
  [/process ".*" did not complete/, 'process "…" did not complete'],
  [/executor failed running \[.*\]: /, 'executor failed running […]: '],
  [/The command '.*' returned/, "The command '…' returned"],
];

const mayQuote = /process "|executor failed|The command/;
/** How any of them begins. */
const mayBeWrapped = /^(?:##\[|[Ee]rror: |ERROR: |buildx |failed to |target |rpc error)/;

/** The message without its wrappers; the wrappers may be missing, never in another order. */
export function peel(text: string): string {
  if (!mayBeWrapped.test(text)) return text;
  let message = text;
  for (const wrapper of wrappers) message = message.replace(wrapper, '');
  return message;
}

/** The message with the user's own command blanked out. */
export function withoutCommand(message: string): string {
  if (!mayQuote.test(message)) return message;
  for (const [pattern, blank] of quotedCommands) {
    if (pattern.test(message)) return message.replace(pattern, blank);
  }
  return message;
}
