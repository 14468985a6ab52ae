/** Is it the host? Each leading cause by machine, against all others, and whether the failed job passed elsewhere. */
import { fisherExact } from '../analysis/exact-test.ts';
import { falseDiscovery } from '../analysis/multiplicity.ts';
import { proportion } from '../analysis/proportion.ts';
import { rateRatio } from '../analysis/rates.ts';
import { effectText } from '../analysis/sentences.ts';
import { groupBy, type History, type HistoryJob } from './history.ts';
import type { Report, Section } from './report.ts';
import { isFirst, leadingCauses } from './study.ts';
import { rateOf, toP } from './versions.ts';

const causesShown = 5;

export function hostsReport(history: History): Report {
  const first = history.built.filter(isFirst);
  const rows = leadingCauses(history, causesShown).flatMap((cause) =>
    rowsOf(cause, first, history.built),
  );
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
          'How to read: a lift of 2 is twice the rate of all other hosts; an interval that holds 1 says nothing, and q is the p of that ' +
          'difference after looking at all hosts. Passed elsewhere: of these failures, those whose commit and job passed on another host. ' +
          'Associated with a host, not proof: hosts differ in what they build.',
      },
    ],
  };
}

function rowsOf(
  cause: string,
  first: readonly HistoryJob[],
  built: readonly HistoryJob[],
): Section['rows'] {
  const hosts = [...groupBy(first, ({ machine }) => machine ?? 'unknown')].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const all = rateOf(cause, first);
  const passed = groupBy(
    built.filter(({ status }) => status === 'passed'),
    sameWork,
  );
  const compared = hosts.map(([machine, jobs]) => {
    const own = rateOf(cause, jobs);
    const rest = { failures: all.count - own.count, exposure: all.total - own.total };
    return { machine, jobs, own, rest };
  });
  const q = falseDiscovery(
    compared.map(
      ({ own, rest }) => fisherExact(own.count, own.total, rest.failures, rest.exposure).p,
    ),
  );
  return compared.map(({ machine, jobs, own, rest }, i) => {
    const failed = jobs.filter((job) => job.cause === cause);
    const elsewhere = failed.filter((job) =>
      (passed.get(sameWork(job)) ?? []).some((other) => other.machine !== job.machine),
    );
    return {
      cause,
      machine,
      failures: own,
      lift:
        rest.exposure === 0
          ? null
          : effectText(rateRatio({ failures: own.count, exposure: own.total }, rest)),
      q: hosts.length < 2 ? null : toP(q[i] ?? 1),
      elsewhere: failed.length === 0 ? null : proportion(elsewhere.length, failed.length),
    };
  });
}

/** The same job on the same commit. A job whose commit is not known is like no other. */
function sameWork(job: HistoryJob): string {
  const { host, repository, commit, workflow, job: name, job_id: id } = job;
  return JSON.stringify([host, repository, commit ?? id, workflow, name]);
}
