/** A chart before it is drawn: what it says in words, and its marks for a width. */
import type { PlotOptions } from '@observablehq/plot';

import type { Report, Section } from '../../reports/report.ts';

export interface Picture {
  readonly title: string;
  /** What can be seen, for who does not see it; and what the marks mean. */
  readonly description: string;
  readonly plot: (width: number, isNarrow: boolean) => PlotOptions;
}

/** Draws a section's table; null where there is nothing to draw. A chart shows what stands in the table and nothing else. */
export type Drawer = (section: Section, report: Report) => Picture | null;

/** Colours are the style sheet's, so that they follow the page from light to dark. */
export const colors = {
  blue: 'var(--blue)',
  orange: 'var(--orange)',
  grey: 'var(--grey)',
  band: 'var(--band-blue)',
  page: 'var(--back)',
  rule: 'var(--line)',
} as const;

/** The step of a share's colour, of five; the first is for none. */
export function heatOf(rate: number): { readonly fill: string; readonly ink: string } {
  const step = rate === 0 ? 0 : rate <= 0.05 ? 1 : rate <= 0.15 ? 2 : rate <= 0.35 ? 3 : 4;
  return { fill: `var(--h${step})`, ink: `var(--t${step})` };
}

export const heatInWords = 'colours: none, up to 5 %, up to 15 %, up to 35 %, more';
