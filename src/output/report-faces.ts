/** Every way a report can be given; the first is what people get who ask for none. */
import type { Report } from '../reports/report.ts';
import { reportHtml, type Figures } from './html/report-html.ts';
import { reportCsv, reportNdjson } from './report-delimited.ts';
import { reportJson } from './report-json.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportText } from './report-text.ts';
import type { Style } from './style.ts';

export type ReportFormat = 'table' | 'json' | 'ndjson' | 'csv' | 'markdown' | 'html';

export interface Screen {
  readonly columns: number;
  readonly style: Style;
}

export function drawReport(
  format: ReportFormat,
  report: Report,
  { columns, style }: Screen,
  figures?: Figures,
): string {
  switch (format) {
    case 'table':
      return reportText(report, columns, style);
    case 'json':
      return reportJson(report);
    case 'ndjson':
      return reportNdjson(report);
    case 'csv':
      return reportCsv(report);
    case 'markdown':
      return reportMarkdown(report);
    case 'html':
      return reportHtml(report, figures);
    default:
      return format satisfies never;
  }
}
