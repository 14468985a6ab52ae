/** Which table has which picture, by the section's id. */
import type { Report, Section } from '../../reports/report.ts';
import { calendar } from './calendar.ts';
import { doseResponse } from './dose-response.ts';
import { forest } from './forest.ts';
import { heatMap } from './heat-map.ts';
import { pareto } from './pareto.ts';
import type { Drawer } from './picture.ts';
import { ratesOverTime } from './rates-over-time.ts';
import { figureHtml } from './svg.ts';

const drawers: Readonly<Record<string, Drawer>> = {
  buildkit: forest,
  buildx: forest,
  docker_server: forest,
  runner_version: forest,
  overlap: doseResponse,
  rates: ratesOverTime,
  days: calendar,
  hosts: heatMap,
  causes: pareto,
};

/** The figure of a section, or nothing where its table has no picture. `id` is unique on the page. */
export function sectionFigure(section: Section, report: Report, id: string): string {
  const picture = drawers[section.id]?.(section, report) ?? null;
  return picture === null ? '' : figureHtml(picture, id);
}
