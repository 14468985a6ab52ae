/** When a version came, host by host, and whether a change coincides with it. */
import type { Arrival } from './study.ts';

export interface RollOut {
  readonly version: string;
  /** First build on the version on any host, and on 90 % of the hosts that got it; minutes. */
  readonly from: number;
  readonly to: number;
  readonly hosts: number;
}

const shareOfHosts = 0.9;

/** The roll-out window of each version, in the order in which they came. Versions there from the first build on have none. */
export function rollOuts(builds: readonly Arrival[]): RollOut[] {
  const first = new Map<string, Map<string, number>>();
  for (const { version, engine, start } of builds) {
    let hosts = first.get(version);
    if (hosts === undefined) first.set(version, (hosts = new Map()));
    hosts.set(engine, Math.min(start, hosts.get(engine) ?? Infinity));
  }
  return [...first]
    .map(([version, hosts]): RollOut => {
      const moments = [...hosts.values()].toSorted((a, b) => a - b);
      const last = Math.ceil(moments.length * shareOfHosts) - 1;
      return {
        version,
        from: moments[0] ?? 0,
        to: moments[last] ?? 0,
        hosts: moments.length,
      };
    })
    .toSorted((a, b) => a.from - b.from);
}

/** Whether a change within `range` lies in the roll-out's window widened by `slack` minutes on both sides. */
export function coincides(
  range: { readonly from: number; readonly to: number },
  rollOut: { readonly from: number; readonly to: number },
  slack: number,
): boolean {
  return range.to >= rollOut.from - slack && range.from <= rollOut.to + slack;
}

/**
 * The chance that a moment unrelated to `rollOuts` roll-outs would coincide with at least one of them: 1 − (1 − w/T)^m
 * for a range of width w in a history of length T. Domain: 0 < w; w ≥ T gives 1.
 */
export function chanceOfCoincidence(rollOutCount: number, width: number, length: number): number {
  return 1 - Math.max(0, 1 - width / length) ** rollOutCount;
}
