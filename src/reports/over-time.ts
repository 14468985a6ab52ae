/** Builds and failures by day, and in equal spans of time. */
import { proportion } from '../analysis/proportion.ts';
import { toMillis } from '../model/time.ts';
import { readDatedBuilds, type DatedBuild } from '../store/dated-builds.ts';
import type { Db } from '../store/store.ts';
import { groupBy, plural, type History } from './history.ts';
import type { Report, Section } from './report.ts';
import { toInstant } from './study.ts';

const minutesOfDay = 24 * 60;
// From a minute, for what was made in one go, to four weeks.
const lengths = [1, 5, 15, 60, 6 * 60, minutesOfDay, 7 * minutesOfDay, 28 * minutesOfDay] as const;
const mostSpans = 40;

export function calendarReport(history: History, db: Db): Report {
  return {
    id: 'calendar',
    title: 'Failures day by day',
    scope: history.scope,
    findings: [],
    sections: [daysSection(readDatedBuilds(db))],
  };
}

function daysSection(builds: readonly DatedBuild[]): Section {
  const rows = [...groupBy(builds, ({ at }) => at.slice(0, 10))].map(([day, members]) => {
    const failed = members.filter((build) => build.failed === 1);
    const blamed = (blame: DatedBuild['blame']): number =>
      failed.filter((build) => build.blame === blame).length;
    return {
      day,
      infra: proportion(blamed('infra'), members.length),
      code: blamed('code'),
      mixed: blamed('mixed'),
      unexplained: blamed(null),
      failures: proportion(failed.length, members.length),
    };
  });
  return {
    id: 'days',
    title: 'Builds by the day of their start, UTC',
    columns: [
      { key: 'day', title: 'day', kind: 'id' },
      { key: 'infra', title: 'failed of infrastructure (95 %)', kind: 'proportion' },
      { key: 'code', title: "of the change's own", kind: 'count' },
      { key: 'mixed', title: 'of either', kind: 'count' },
      { key: 'unexplained', title: 'not explained', kind: 'count' },
      { key: 'failures', title: 'failed (95 %)', kind: 'proportion' },
    ],
    rows,
    note: 'How to read: of the builds that started on a day, those that failed of anything but the change. Days without a build have no row.',
  };
}

/** Each cause's rate in spans of equal length, at most forty; first attempts only. */
export function ratesSection(db: Db, causes: readonly string[]): Section {
  const builds = readDatedBuilds(db)
    .filter(({ first }) => first === 1)
    .map((build) => ({ ...build, minute: toMillis(build.at) / 60_000 }));
  const width = spanOf((builds.at(-1)?.minute ?? 0) - (builds[0]?.minute ?? 0));
  const spans = [...groupBy(builds, ({ minute }) => String(Math.floor(minute / width)))];
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
        failures: proportion(
          members.filter((build) => build.failed === 1 && build.cause === cause).length,
          members.length,
        ),
      })),
    ),
    note: 'How to read: of the builds that started in a span, those that failed of the cause. Spans without a build have no row. First attempts only.',
  };
}

/** The shortest length, in minutes, of which forty hold the whole. */
function spanOf(whole: number): number {
  const longest = lengths.at(-1) ?? 1;
  return (
    lengths.find((each) => whole / each < mostSpans) ??
    longest * Math.ceil(whole / longest / mostSpans)
  );
}

function spanText(minutes: number): string {
  if (minutes >= minutesOfDay) return plural(minutes / minutesOfDay, 'day');
  return minutes >= 60 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}
