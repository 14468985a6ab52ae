/** Dose and response: the rate per minute at each number of other builds on the engine. */
import { dot, gridY, line, ruleX, ruleY, text, type Markish } from '@observablehq/plot';

import { rate } from '../../analysis/rates.ts';
import type { Section } from '../../reports/report.ts';
import { namesIn, numberIn, textIn } from './cells.ts';
import { colors, type Drawer } from './picture.ts';

interface Point {
  readonly cause: string;
  readonly others: string;
  readonly failures: number;
  /** Failures in 1,000 minutes. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

export const doseResponse: Drawer = (section) => {
  const points = pointsOf(section);
  if (points.length === 0) return null;
  const causes = namesIn(section, 'cause');
  // An interval from a few minutes reaches far: the axis ends where rates can still be told apart.
  const top = 2.5 * Math.max(...points.map((point) => point.rate));
  const shown = points.map((point) => ({ ...point, high: Math.min(point.high, top) }));
  const cut = points.filter(({ high }) => high > top);
  return {
    title: 'Failures per 1,000 minutes by other builds running on the engine',
    description: `A dot is the rate of build minutes beside so many others, its line the 95 % interval${cut.length > 0 ? '; an arrow where it goes on beyond the picture' : ''}. The number is how many failed. A load that kills shows as a rise from left to right.`,
    plot: (_, isNarrow) => ({
      height: isNarrow ? 50 + causes.length * 170 : 280,
      marginLeft: 46,
      marginTop: 34,
      marginBottom: 36,
      x: {
        label: 'other builds running',
        domain: namesIn(section, 'others'),
        type: 'point',
        padding: 0.4,
      },
      y: { label: 'failures per 1,000 min', domain: [0, top], ticks: 5, labelOffset: 40 },
      [isNarrow ? 'fy' : 'fx']: { axis: null, domain: causes, padding: 0.15 },
      marks: facetMarks(shown, cut, top, causes, isNarrow ? 'fy' : 'fx'),
    }),
  };
};

function facetMarks(
  shown: readonly Point[],
  cut: readonly Point[],
  top: number,
  causes: readonly string[],
  facet: 'fx' | 'fy',
): Markish[] {
  const by = { [facet]: 'cause' };
  return [
    gridY({ ticks: 5 }),
    ruleY([0], { stroke: colors.grey }),
    text(causes, {
      [facet]: (cause: string) => cause,
      text: (cause: string) => cause,
      frameAnchor: 'top-left',
      dy: -20,
      fontWeight: 600,
      textAnchor: 'start',
      lineWidth: 24,
      textOverflow: 'ellipsis',
    }),
    line(shown, { ...by, x: 'others', y: 'rate', stroke: colors.rule, strokeWidth: 1.5 }),
    ruleX(shown, {
      ...by,
      x: 'others',
      y1: 'low',
      y2: 'high',
      stroke: colors.blue,
      strokeWidth: 2,
    }),
    text(cut, { ...by, x: 'others', y: () => top, text: () => '▲', fill: colors.blue }),
    dot(shown, { ...by, x: 'others', y: 'rate', r: 4, fill: colors.blue }),
    text(shown, {
      ...by,
      x: 'others',
      y: 'rate',
      dx: 8,
      dy: -8,
      textAnchor: 'start',
      text: ({ failures }: Point) => String(failures),
    }),
  ];
}

function pointsOf({ rows }: Section): Point[] {
  return rows.map((row) => {
    const failures = numberIn(row, 'failures');
    const own = rate({ failures, exposure: Math.max(1, numberIn(row, 'minutes')) });
    return {
      cause: textIn(row, 'cause'),
      others: textIn(row, 'others'),
      failures,
      rate: own.rate * 1000,
      low: own.low * 1000,
      high: own.high * 1000,
    };
  });
}
