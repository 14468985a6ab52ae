/** Is it the host? Each leading cause by machine, against all others, and whether the failed job passed elsewhere. */
import { fisherExact } from '../analysis/exact-test.ts';
import { falseDiscovery } from '../analysis/multiplicity.ts';
import { proportion } from '../analysis/proportion.ts';
import { rateRatio } from '../analysis/rates.ts';
import { effectText } from '../analysis/sentences.ts';
import { groupBy, type History } from './history.ts';
import type { Report, Section } from './report.ts';
import { funnelText } from './funnel.ts';
import { casesOf, leadingCauses, rateAmong, toP } from './study.ts';

const causesShown = 5;

export function hostsReport(history: History): Report {
  const rows = leadingCauses(history, causesShown).flatMap((cause) => rowsOf(cause, history));
  return {
    id: 'hosts',
    title: 'Failures by host',
    scope: history.scope,
    findings: [],
    sections: [
      {
        id: 'hosts',
        title: 'Cause by host',
        columns: [
          { key: 'cause', title: 'cause', kind: 'text' },
          { key: 'machine', title: 'host', kind: 'id' },
          { key: 'failures', title: 'of builds (95 %)', kind: 'proportion' },
          { key: 'lift', title: 'lift to other hosts', kind: 'id' },
          { key: 'q', title: 'q', kind: 'id' },
          { key: 'elsewhere', title: 'passed elsewhere', kind: 'proportion' },
        ],
        rows,
        note:
          'How to read: a lift of 2 is twice the rate of all other hosts; in brackets the range that chance leaves (95 %), and one that holds 1 says nothing. ' +
          'q is how often chance alone would set a host as far apart, after looking at all hosts. Passed elsewhere: of these failures, those whose commit and job passed on another host. ' +
          'Associated with a host, not proof: hosts differ in what they build.\n' +
          funnelText(history),
      },
    ],
  };
}

function rowsOf(cause: string, history: History): Section['rows'] {
  const first = history.built.filter((builds) => builds.isFirst);
  const hosts = [...groupBy(first, ({ place }) => place.machine ?? 'unknown')].toSorted(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const cases = casesOf(history, cause);
  const casesOn = groupBy(cases, ({ machine }) => machine ?? 'unknown');
  const all = rateAmong(cases.length, first);
  const compared = hosts.map(([machine, builds]) => {
    const failed = casesOn.get(machine) ?? [];
    const own = rateAmong(failed.length, builds);
    const rest = { failures: all.count - own.count, exposure: all.total - own.total };
    return { machine, failed, own, rest };
  });
  const q = falseDiscovery(
    compared.map(
      ({ own, rest }) => fisherExact(own.count, own.total, rest.failures, rest.exposure).p,
    ),
  );
  return compared.map(({ machine, failed, own, rest }, i) => ({
    cause,
    machine,
    failures: own,
    lift:
      rest.exposure <= 0
        ? null
        : effectText(rateRatio({ failures: own.count, exposure: own.total }, rest)),
    q: hosts.length < 2 ? null : toP(q[i] ?? 1),
    elsewhere:
      failed.length === 0
        ? null
        : proportion(failed.filter((job) => job.passedElsewhere).length, failed.length),
  }));
}
