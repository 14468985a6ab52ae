/** What is printed as JSON is what the published schemas say, and every field there is has a description. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';

import { checkLogs } from '../../src/cli/commands/check-logs.ts';
import { scanFile } from '../../src/cli/commands/scan.ts';
import { gateJson } from '../../src/output/gate-text.ts';
import { reportJson } from '../../src/output/report-json.ts';
import { scanJson } from '../../src/output/scan-result.ts';
import { storyJson } from '../../src/output/story-json.ts';
import { gateRun } from '../../src/reports/run-gate.ts';
import { readStories } from '../../src/reports/job-story.ts';
import { type JobOverview } from '../../src/store/read-jobs.ts';
import { demoLog, patterns, wholeDemo } from '../support/demo-history.ts';
import { projectFolder } from '../support/cli.ts';
import { allReports } from '../support/made-reports.ts';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const folder = path.join(projectFolder, 'data', 'schemas');
const read = (name: string): Schema =>
  JSON.parse(readFileSync(path.join(folder, `${name}.schema.json`), 'utf8')) as Schema;
const ajv = new Ajv2020({ strict: false, allErrors: true });

/** The reasons why `text` is not what the schema says; null when it is. */
function errorsIn(name: string, text: string): unknown {
  const validate = ajv.getSchema(name) ?? ajv.addSchema(read(name), name).getSchema(name);
  return validate?.(JSON.parse(text)) === true ? null : (validate?.errors ?? 'no such schema');
}

const store = await wholeDemo();
afterAll(() => store.close());
const jobs = store.db
  .prepare<[], JobOverview>('SELECT * FROM job_overview ORDER BY host, job_id')
  .all();

describe.each([...allReports(store)])('the JSON of report %s', (_, report) => {
  const text = reportJson(report);

  it('is as its schema says', () => {
    expect(errorsIn('report', text)).toBeNull();
  });

  it('has no column that the schema does not describe', () => {
    const described = read('report').$defs?.['row']?.properties ?? {};
    const keys = report.sections.flatMap(({ columns }) => columns.map(({ key }) => key));
    expect(keys.filter((key) => !Object.hasOwn(described, key))).toEqual([]);
  });
});

it('a report whose scope or cells are not as promised is refused', () => {
  const [report] = allReports(store).values();
  const read_ = JSON.parse(reportJson(report ?? expect.fail())) as { scope: { jobs: unknown } };
  read_.scope.jobs = '203';
  expect(errorsIn('report', JSON.stringify(read_))).not.toBeNull();
});

it('the JSON of show is as its schema says, for every job of the demo', () => {
  const errors = jobs
    .flatMap(({ job_id: id }) => readStories(store.db, id))
    .map((story) => errorsIn('show', storyJson(story)))
    .filter((error) => error !== null);
  expect(errors).toEqual([]);
  expect(jobs).toHaveLength(203);
});

it('the JSON of check is as its schema says, for every run of the demo', () => {
  const runs = new Set(jobs.map(({ run_id: run }) => run ?? 0));
  const answers = [...runs].flatMap((run) => gateRun(store.db, run, null, patterns.set.causes));
  expect(answers.map((answer) => errorsIn('check', gateJson(answer)))).toEqual(
    answers.map(() => null),
  );
  expect(new Set(answers.map(({ verdict }) => verdict))).toContain('infra');
});

it('the JSON of scan, and of check for a log, is as its schema says', async () => {
  for (const job of [54811592074, 54811597741]) {
    const file = demoLog('billing', job);
    for await (const result of scanFile(file, patterns)) {
      expect(errorsIn('scan', scanJson(result))).toBeNull();
    }
    expect(errorsIn('check', gateJson(await checkLogs(file, patterns)))).toBeNull();
  }
});

describe.each(readdirSync(folder))('%s', (name) => {
  it('describes every field', () => {
    const undescribed: string[] = [];
    const visit = (schema: Schema, place: string): void => {
      for (const [field, child] of Object.entries(schema.properties ?? {})) {
        if (!JSON.stringify(child).includes('"description"')) undescribed.push(`${place}.${field}`);
      }
      for (const [key, child] of Object.entries(schema)) {
        if (typeof child === 'object' && child !== null) visit(child as Schema, `${place}/${key}`);
      }
    };
    visit(read(name.replace('.schema.json', '')), name);
    expect(undescribed).toEqual([]);
  });
});
