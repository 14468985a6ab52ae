/** Builds and failures by day, and in equal spans of time. */
import { proportion, type Proportion } from '../analysis/proportion.ts';
import { plural } from '../model/plural.ts';
import type { SpanCount } from '../store/roll-up-rows.ts';
import { groupBy, type History } from './history.ts';
import type { Report, Section } from './report.ts';
import { minutesOfDay } from './spans.ts';
import { toInstant } from './study.ts';

export function calendarReport(history: History): Report {
  return {
    id: 'calendar',
    title: 'Failures day by day',
    scope: history.scope,
    findings: [],
    sections: [daysSection(history.spans())],
  };
}

function daysSection(spans: readonly SpanCount[]): Section {
  const rows = [...groupBy(spans, ({ start }) => toInstant(start).slice(0, 10))].map(
    ([day, members]) => {
      const blamed = (blame: SpanCount['blame']): number =>
        failuresIn(members, (span) => span.blame === blame);
      return {
        day,
        infra: rateIn(members, blamed('infra')),
        code: rateIn(members, blamed('code')),
        mixed: rateIn(members, blamed('mixed')),
        unexplained: rateIn(members, blamed(null)),
        failures: rateIn(
          members,
          failuresIn(members, () => true),
        ),
      };
    },
  );
  return {
    id: 'days',
    title: 'Builds by the day of their start, UTC',
    columns: [
      { key: 'day', title: 'day', kind: 'id' },
      { key: 'infra', title: 'failed of infrastructure (95 %)', kind: 'proportion' },
      { key: 'code', title: "of the change's own", kind: 'proportion' },
      { key: 'mixed', title: 'of either', kind: 'proportion' },
      { key: 'unexplained', title: 'not explained', kind: 'proportion' },
      { key: 'failures', title: 'failed (95 %)', kind: 'proportion' },
    ],
    rows,
    note: 'How to read: of the builds that started on a day, those that failed of the infrastructure, of the change itself, of causes that may be either, of nothing known, and at all. Days without a build have no row.',
  };
}

/** Each cause's rate in spans of equal length, at most forty; first attempts only. */
export function ratesSection(history: History, causes: readonly string[]): Section {
  const width = history.span;
  const first = history.spans().filter((span) => span.first === 1);
  const spans = [...groupBy(first, ({ start }) => String(Math.floor(start / width)))];
  return {
    id: 'rates',
    title: `Rates over time, in spans of ${spanText(width)}`,
    columns: [
      { key: 'cause', title: 'cause', kind: 'text' },
      { key: 'from', title: 'from', kind: 'instant' },
      { key: 'to', title: 'to', kind: 'instant' },
      { key: 'failures', title: 'of builds (95 %)', kind: 'proportion' },
    ],
    rows: causes.flatMap((cause) =>
      spans.map(([span, members]) => ({
        cause,
        from: toInstant(Number(span) * width),
        to: toInstant((Number(span) + 1) * width),
        failures: rateIn(
          members,
          failuresIn(members, (each) => each.cause === cause),
        ),
      })),
    ),
    note: 'How to read: of the builds that started in a span, those that failed of the cause. Spans without a build have no row. First attempts only.',
  };
}

function failuresIn(spans: readonly SpanCount[], isAsked: (span: SpanCount) => boolean): number {
  return spans.reduce(
    (sum, span) => (span.failed === 1 && isAsked(span) ? sum + span.builds : sum),
    0,
  );
}

/** Failures among as many builds as the logs that were read stand for. */
function rateIn(spans: readonly SpanCount[], failures: number): Proportion {
  const builds = Math.round(spans.reduce((sum, { weight }) => sum + weight, 0));
  return proportion(failures, Math.max(failures, builds));
}

function spanText(minutes: number): string {
  if (minutes >= minutesOfDay) return plural(minutes / minutesOfDay, 'day');
  return minutes >= 60 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}
