/** A calendar: one cell a day, its colour the share of builds that infrastructure failed. */
import { cell, text } from '@observablehq/plot';

import { shareIn, timeIn, type Share } from './cells.ts';
import { colors, heatInWords, heatOf, type Drawer } from './picture.ts';

interface Day extends Share {
  readonly week: number;
  readonly weekday: number;
  readonly date: Date;
}

const dayMillis = 24 * 60 * 60 * 1000;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** What fits with a number in each cell, and what fits at all. */
const [weeksWithNumbers, mostWeeks] = [20, 53];

export const calendar: Drawer = (section) => {
  const days = section.rows.flatMap((row): Day[] => {
    const share = shareIn(row, 'infra');
    const date = timeIn(row, 'day');
    if (share === null || date === null) return [];
    // The first of January 1970 was a Thursday.
    const number = Math.floor(date.getTime() / dayMillis) + 3;
    return [{ ...share, date, week: Math.floor(number / 7), weekday: number % 7 }];
  });
  const last = days.at(-1)?.week;
  if (last === undefined) return null;
  const recent = days.filter(({ week }) => week > last - mostWeeks);
  const first = recent[0]?.week ?? last;
  const weeks = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const hasNumbers = weeks.length <= weeksWithNumbers;
  return {
    title: 'Share of builds that infrastructure failed, day by day',
    description: `One cell a day, ${heatInWords}; rows or columns are weeks, named by their Monday; a day without a build has no cell.${hasNumbers ? ' In a cell: failures of builds.' : ''}${recent.length < days.length ? ' The last 53 weeks.' : ''}`,
    plot: (width, isNarrow) => {
      const size = hasNumbers ? 40 : 15;
      const [x, y] = isNarrow ? ['weekday', 'week'] : ['week', 'weekday'];
      const weekAxis = {
        domain: weeks,
        label: null,
        tickFormat: monthDay,
        tickSize: 0,
        padding: 0.08,
      };
      const everyWeek = Math.ceil(weeks.length / (isNarrow ? 26 : 13));
      const weekScale = { ...weekAxis, ticks: weeks.filter((_, index) => index % everyWeek === 0) };
      const dayScale = {
        domain: weekdays.map((_, index) => index),
        label: null,
        tickSize: 0,
        padding: 0.08,
        tickFormat: (index: number) => weekdays[index] ?? '',
      };
      const along = Math.min(width - 70, weeks.length * size);
      return {
        marginLeft: 48,
        marginTop: isNarrow ? 24 : 8,
        marginRight: isNarrow ? 10 : Math.max(20, width - 48 - along),
        marginBottom: isNarrow ? 8 : 34,
        height: isNarrow
          ? 40 + weeks.length * (hasNumbers ? 26 : 14)
          : 44 + 7 * (hasNumbers ? 28 : 15),
        x: isNarrow ? { ...dayScale, axis: 'top' as const } : weekScale,
        y: isNarrow ? weekScale : dayScale,
        marks: [
          cell(recent, {
            x,
            y,
            stroke: colors.rule,
            fill: { value: ({ rate }: Day) => heatOf(rate).fill, scale: null },
          }),
          ...(hasNumbers
            ? [
                text(recent, {
                  x,
                  y,
                  fontSize: 9,
                  text: ({ count, total }: Day) => `${count}/${total}`,
                  fill: { value: ({ rate }: Day) => heatOf(rate).ink, scale: null },
                }),
              ]
            : []),
        ],
      };
    },
  };
};

function monthDay(week: number): string {
  return new Date((week * 7 - 3) * dayMillis).toISOString().slice(5, 10);
}
