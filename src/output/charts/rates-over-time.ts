/** Rates over time with their intervals, roll-outs as flags, and the range that holds a change shaded. */
import { areaY, dot, gridY, line, rect, ruleX, ruleY, text } from '@observablehq/plot';

import type { Report, Section } from '../../reports/report.ts';
import { namesIn, shareIn, short, textIn, timeIn, type Share } from './cells.ts';
import { colors, type Drawer } from './picture.ts';

interface Span extends Share {
  readonly cause: string;
  readonly middle: Date;
}

interface Flag {
  readonly at: Date;
  readonly label: string;
}

interface Change {
  readonly cause: string;
  readonly at: Date;
  readonly from: Date;
  readonly to: Date;
}

const mostFlags = 10;

export const ratesOverTime: Drawer = (section, report) => {
  const spans = spansOf(section);
  if (spans.length === 0) return null;
  const causes = namesIn(section, 'cause');
  const top = Math.min(1, Math.max(0.02, 1.6 * Math.max(...spans.map(({ rate }) => rate))));
  const shown = spans.map((span) => ({ ...span, high: Math.min(span.high, top) }));
  const flags = flagsOf(sectionOf(report, 'rollouts'));
  const changes = changesOf(sectionOf(report, 'changes'), causes);
  return {
    title: 'Failures per build over time',
    description: `A dot is a span's rate, the band its 95 % interval${spans.some(({ high }) => high > top) ? ' (cut at the top)' : ''}. ${flags.length === 0 ? 'No version came while this was recorded' : 'An upright line is the first host on a new version'}; ${changes.length === 0 ? 'no change of a rate was found' : 'a shaded range holds a change of the rate with 99 %'}.`,
    plot: (_, isNarrow) => ({
      height: 70 + causes.length * (isNarrow ? 130 : 150),
      marginLeft: 42,
      marginTop: flags.length === 0 ? 30 : 44,
      marginBottom: 34,
      x: { type: 'utc', label: 'UTC', ticks: isNarrow ? 4 : 8, tickFormat: clockOf(spans) },
      y: { label: 'failures per build, %', percent: true, domain: [0, top * 100], ticks: 4 },
      fy: { axis: null, domain: causes, padding: 0.28 },
      marks: [
        gridY({ ticks: 4 }),
        rect(changes, {
          fy: 'cause',
          x1: 'from',
          x2: 'to',
          y1: () => 0,
          y2: () => top,
          fill: colors.orange,
          fillOpacity: 0.2,
        }),
        ruleX(changes, { fy: 'cause', x: 'at', stroke: colors.orange, strokeWidth: 2 }),
        ruleX(flags, { x: 'at', stroke: colors.grey, strokeDasharray: '3 3' }),
        text(flags, {
          x: 'at',
          frameAnchor: 'top',
          dy: -8,
          fontSize: 9,
          rotate: -20,
          textAnchor: 'start',
          fy: () => causes[0],
          text: 'label',
        }),
        areaY(shown, { fy: 'cause', x: 'middle', y1: 'low', y2: 'high', fill: colors.band }),
        line(shown, { fy: 'cause', x: 'middle', y: 'rate', stroke: colors.blue, strokeWidth: 1.5 }),
        dot(shown, { fy: 'cause', x: 'middle', y: 'rate', r: 2.5, fill: colors.blue }),
        ruleY([0], { stroke: colors.grey }),
        text(causes, {
          fy: (cause: string) => cause,
          text: (cause: string) => cause,
          frameAnchor: 'top-left',
          dx: 6,
          dy: 2,
          fontWeight: 600,
          textAnchor: 'start',
          stroke: colors.page,
          fill: 'currentColor',
        }),
      ],
    }),
  };
};

/** Hours and minutes of what was made within two days, else days. */
function clockOf(spans: readonly Span[]): (at: Date) => string {
  const times = spans.map(({ middle }) => middle.getTime());
  const isShort = Math.max(...times) - Math.min(...times) < 2 * 24 * 60 * 60 * 1000;
  return (at) => (isShort ? at.toISOString().slice(11, 16) : at.toISOString().slice(0, 10));
}

function sectionOf({ sections }: Report, id: string): Section | undefined {
  return sections.find((section) => section.id === id);
}

function spansOf({ rows }: Section): Span[] {
  return rows.flatMap((row) => {
    const share = shareIn(row, 'failures');
    const from = timeIn(row, 'from');
    const to = timeIn(row, 'to');
    if (share === null || from === null || to === null) return [];
    const middle = new Date((from.getTime() + to.getTime()) / 2);
    return [{ ...share, cause: textIn(row, 'cause'), middle }];
  });
}

function flagsOf(section: Section | undefined): Flag[] {
  return (section?.rows ?? [])
    .flatMap((row): Flag[] => {
      const at = timeIn(row, 'from');
      const label = `${textIn(row, 'component')} ${textIn(row, 'version')}`;
      return at === null ? [] : [{ at, label: short(label, 22) }];
    })
    .slice(-mostFlags);
}

function changesOf(section: Section | undefined, causes: readonly string[]): Change[] {
  return (section?.rows ?? []).flatMap((row): Change[] => {
    const cause = textIn(row, 'cause');
    const [at, from, to] = [timeIn(row, 'at'), timeIn(row, 'from'), timeIn(row, 'to')];
    const isComplete = at !== null && from !== null && to !== null && causes.includes(cause);
    return isComplete ? [{ cause, at, from, to }] : [];
  });
}
