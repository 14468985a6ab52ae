/** A forest plot: a dot for each version's rate, a line for its interval, the counts beside it. */
import { dot, gridX, ruleX, ruleY, text } from '@observablehq/plot';

import type { Section } from '../../reports/report.ts';
import { namesIn, shareIn, textIn, type Share } from './cells.ts';
import { colors, type Drawer } from './picture.ts';

interface Point extends Share {
  readonly cause: string;
  readonly version: string;
}

export const forest: Drawer = (section) => {
  const points = pointsOf(section);
  if (points.length === 0) return null;
  const causes = namesIn(section, 'cause');
  const versions = namesIn(section, 'version');
  return {
    title: `Failures per build by ${section.title} version`,
    description:
      'A dot is the rate, its line the 95 % interval; a ring is a version without a failure. At the right: failures of builds. Where lines overlap much, nothing tells the versions apart.',
    plot: (width) => ({
      height: 40 + causes.length * (24 + versions.length * 20),
      marginLeft: 84,
      marginRight: 70,
      marginTop: 22,
      marginBottom: 34,
      x: { label: 'failures per build, %', percent: true, ticks: width < 500 ? 4 : 8 },
      y: { label: null, domain: versions },
      fy: { axis: null, domain: causes, padding: 0.16 },
      marks: [
        gridX({ ticks: width < 500 ? 4 : 8 }),
        ruleX([0], { stroke: colors.grey }),
        text(causes, {
          fy: (cause: string) => cause,
          text: (cause: string) => cause,
          frameAnchor: 'top-left',
          dx: -80,
          dy: -14,
          fontWeight: 600,
          textAnchor: 'start',
        }),
        ruleY(points, {
          fy: 'cause',
          y: 'version',
          x1: 'low',
          x2: 'high',
          stroke: colors.blue,
          strokeWidth: 2,
        }),
        dot(points, {
          fy: 'cause',
          y: 'version',
          x: 'rate',
          r: 4,
          stroke: colors.blue,
          strokeWidth: 1.5,
          fill: {
            value: ({ count }: Point) => (count === 0 ? colors.page : colors.blue),
            scale: null,
          },
        }),
        text(points, {
          fy: 'cause',
          y: 'version',
          frameAnchor: 'right',
          dx: 8,
          textAnchor: 'start',
          text: ({ count, total }: Point) => `${count} of ${total}`,
        }),
      ],
    }),
  };
};

function pointsOf({ rows }: Section): Point[] {
  return rows.flatMap((row) => {
    const share = shareIn(row, 'failures');
    return share === null
      ? []
      : [{ ...share, cause: textIn(row, 'cause'), version: textIn(row, 'version') }];
  });
}
