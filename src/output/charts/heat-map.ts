/** A heat map of causes and hosts: the colour is the rate, the number how many failed. */
import { cell, text } from '@observablehq/plot';

import type { Section } from '../../reports/report.ts';
import { namesIn, shareIn, textIn, type Share } from './cells.ts';
import { colors, heatInWords, heatOf, type Drawer } from './picture.ts';

interface Field extends Share {
  readonly cause: string;
  readonly machine: string;
}

const fewBuilds = 20;
/** Hosts that fit. */
const [onDesk, onPhone] = [20, 6];

export const heatMap: Drawer = (section) => {
  const fields = fieldsOf(section);
  if (fields.length === 0) return null;
  const causes = namesIn(section, 'cause');
  const machines = namesIn(section, 'machine');
  return {
    title: 'Failures per build by cause and host',
    description: `Each field: failures of builds; ${heatInWords}. A dashed frame marks fewer than ${fewBuilds} builds.${machines.length > onPhone ? ` Of ${machines.length} hosts the ${onDesk} with most failures, on a phone ${onPhone}.` : ''}`,
    plot: (width, isNarrow) => {
      const shown = busiest(fields, machines, isNarrow ? onPhone : onDesk);
      const label = isNarrow ? 14 : 22;
      const band = (width - 20) / shown.length;
      const isTilted = Math.max(...shown.map((name) => Math.min(name.length, label))) * 6.2 > band;
      const own = fields.filter(({ machine }) => shown.includes(machine));
      const few = own.filter(({ total }) => total < fewBuilds);
      return {
        marginLeft: isTilted ? 70 : 10,
        marginRight: 10,
        marginTop: 22,
        marginBottom: isTilted ? 90 : 30,
        height: 40 + causes.length * 50 + (isTilted ? 70 : 10),
        x: {
          domain: shown,
          label: null,
          tickSize: 0,
          padding: 0.04,
          ...(isTilted ? { tickRotate: -40 } : {}),
          // The end of a name tells hosts apart.
          tickFormat: (name: string) => (name.length <= label ? name : `…${name.slice(1 - label)}`),
        },
        fy: { axis: null, domain: causes, padding: 0.45 },
        marks: [
          cell(own, {
            x: 'machine',
            fy: 'cause',
            fill: { value: ({ rate }: Field) => heatOf(rate).fill, scale: null },
          }),
          cell(few, {
            x: 'machine',
            fy: 'cause',
            fill: 'none',
            stroke: colors.grey,
            strokeDasharray: '3 3',
          }),
          text(own, {
            x: 'machine',
            fy: 'cause',
            fontSize: band < 44 ? 8 : 11,
            text: ({ count, total }: Field) => `${count}/${total}`,
            fill: { value: ({ rate }: Field) => heatOf(rate).ink, scale: null },
          }),
          text(causes, {
            fy: (cause: string) => cause,
            text: (cause: string) => cause,
            frameAnchor: 'top-left',
            dy: -14,
            fontWeight: 600,
            textAnchor: 'start',
          }),
        ],
      };
    },
  };
};

/** The hosts with most failures, in their own order. */
function busiest(fields: readonly Field[], machines: readonly string[], most: number): string[] {
  const failures = (name: string): number =>
    fields.reduce((sum, { machine, count }) => sum + (machine === name ? count : 0), 0);
  const top = new Set(machines.toSorted((a, b) => failures(b) - failures(a)).slice(0, most));
  return machines.filter((name) => top.has(name));
}

function fieldsOf({ rows }: Section): Field[] {
  return rows.flatMap((row) => {
    const share = shareIn(row, 'failures');
    return share === null
      ? []
      : [{ ...share, cause: textIn(row, 'cause'), machine: textIn(row, 'machine') }];
  });
}
