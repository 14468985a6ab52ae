/** A Pareto chart: causes by their share of the failures, the running sum beside them, what is not explained as its own bar. */
import { barX, dot, gridX, line, ruleX, text } from '@observablehq/plot';

import { plural } from '../../model/plural.ts';
import { shareIn, short, textIn } from './cells.ts';
import { colors, type Drawer } from './picture.ts';

interface Bar {
  readonly cause: string;
  readonly count: number;
  readonly share: number;
  readonly sum: number;
  readonly isOpen: boolean;
}

const mostBars = 20;
const openLabel = 'not explained';

export const pareto: Drawer = ({ rows }) => {
  const known = rows.flatMap((row) => {
    const share = shareIn(row, 'jobs');
    const cause = textIn(row, 'cause');
    // `(unexplained)`, `(no-log)` and the like are states, not causes.
    return share === null ? [] : [{ cause, share, isOpen: cause.startsWith('(') }];
  });
  const total = known[0]?.share.total;
  // One bar is no order.
  if (total === undefined || known.length < 2) return null;
  const closed = known.filter(({ isOpen }) => !isOpen);
  const sumOf = (some: typeof known): number =>
    some.reduce((sum, { share }) => sum + share.count, 0);
  const counts = closed
    .slice(0, mostBars)
    .map(({ cause, share }) => ({ cause, count: share.count }));
  const rest = closed.slice(mostBars);
  if (rest.length > 0)
    counts.push({ cause: plural(rest.length, 'other cause'), count: sumOf(rest) });
  const open = sumOf(known.filter(({ isOpen }) => isOpen));
  const bars = runningSums([...counts, { cause: openLabel, count: open }], total);
  const words = open === 0 ? 'All are explained' : `${open} of ${total} are not explained`;
  return {
    title: `Causes of ${plural(total, 'failure')}`,
    description: `Bars: share of the failures, with their number; the line: the sum so far. The last bar is what nothing explains. ${words}.`,
    plot: (_, isNarrow) => ({
      height: 50 + bars.length * (isNarrow ? 32 : 20),
      marginLeft: isNarrow ? 8 : 210,
      marginRight: 40,
      marginTop: isNarrow ? 18 : 8,
      marginBottom: 34,
      x: { label: 'share of failures, %', percent: true, domain: [0, 100], ticks: 5 },
      y: {
        label: null,
        domain: bars.map(({ cause }) => cause),
        padding: isNarrow ? 0.6 : 0.2,
        axis: isNarrow ? null : 'left',
        tickSize: 0,
        tickFormat: (name: string) => short(name, 34),
      },
      marks: [
        gridX({ ticks: 5 }),
        barX(bars, {
          y: 'cause',
          x: 'share',
          stroke: colors.grey,
          fill: { value: ({ isOpen }: Bar) => (isOpen ? colors.orange : colors.blue), scale: null },
        }),
        text(bars, {
          y: 'cause',
          x: 'share',
          text: ({ count }: Bar) => String(count),
          dx: 6,
          textAnchor: 'start',
        }),
        line(bars, { y: 'cause', x: 'sum', stroke: colors.grey, strokeDasharray: '4 3' }),
        dot(bars, { y: 'cause', x: 'sum', r: 2.5, fill: colors.grey }),
        ruleX([0], { stroke: colors.grey }),
        ...(isNarrow
          ? [
              text(bars, {
                y: 'cause',
                text: 'cause',
                frameAnchor: 'left',
                dy: -14,
                dx: 2,
                textAnchor: 'start',
              }),
            ]
          : []),
      ],
    }),
  };
};

function runningSums(counts: readonly Pick<Bar, 'cause' | 'count'>[], total: number): Bar[] {
  let running = 0;
  return counts.map(({ cause, count }) => {
    running += count;
    const isOpen = cause === openLabel;
    return { cause, count, share: count / total, sum: running / total, isOpen };
  });
}
