/** Faults in a few letters, for the command line: `storage=cut@3000*2` cuts the first two logs after 3,000 bytes. */
import { fault, type Fault, type FaultKind } from './faults.ts';

const places: Readonly<Record<string, RegExp>> = {
  api: /^api /,
  runs: /^api .*\/runs\?/,
  jobs: /^api .*\/jobs\?/,
  logs: /^api .*\/logs$/,
  storage: /^storage /,
};

export const faultHelp =
  'WHERE=WHAT[*TIMES]; WHERE: api, runs, jobs, logs, storage; ' +
  'WHAT: cut@BYTES, stall@BYTES, unframed@BYTES, gzip-cut@BYTES, drip@BYTES (each 0.1 s), reset, limit@SECONDS, or a status like 502';

/** @throws Error when the words are none */
export function spokenFault(words: string): Fault {
  const [, where = '', what = '', at = '', times = '1'] =
    /^(\w+)=([\w-]+)(?:@(\d+))?(?:\*(\d+))?$/.exec(words) ?? [];
  const place = places[where];
  const kind = kindOf(what, Number(at));
  if (place === undefined || kind === null) throw new Error(`${words} is no fault: ${faultHelp}`);
  return fault(place, kind, Number(times));
}

function kindOf(what: string, at: number): FaultKind | null {
  if (what === 'cut' || what === 'stall' || what === 'unframed') return { is: what, at };
  if (what === 'gzip-cut') return { is: what, keep: at };
  if (what === 'drip') return { is: what, bytes: Math.max(at, 1), milliseconds: 100 };
  if (what === 'reset') return { is: what };
  if (/^[45]\d\d$/.test(what)) return { is: 'status', status: Number(what) };
  if (what !== 'limit') return null;
  return {
    is: 'penalty',
    status: 403,
    headers: { 'retry-after': String(at) },
    message: 'You have exceeded a secondary rate limit.',
    milliseconds: at * 1000,
  };
}
