/** No secret that a log holds is ever kept or shown: not by any command, not in any format, not in any byte. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { canaries } from '../support/canaries.ts';
import { buildlog, type Ended } from '../support/cli.ts';
import { actionStep, buildStep, group, jobLog, lines, scriptStep } from '../support/job-log.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A failed job that says the message wherever a text of a log is kept. */
function logSaying(message: string): string {
  return jobLog(
    scriptStep(`echo ${message}`, message),
    actionStep(
      'docker/setup-buildx-action@v3',
      group('Creating', `[command]/usr/bin/docker buildx create --name b --use ${message}`, 'b'),
    ),
    buildStep(
      lines(
        `#5 [2/2] RUN ${message}`,
        `#5 ERROR: failed to solve: dial tcp: lookup registry on 10.0.0.2:53: no such host: ${message}`,
        `ERROR: failed to solve: DeadlineExceeded: ${message}: dial tcp: lookup registry on 10.0.0.2:53: no such host: ${message}`,
        `##[error]buildx failed with: ERROR: ${message}`,
        `##[error]${message}`,
      ),
      'b',
    ),
  );
}

const logs = Object.fromEntries(
  canaries.map(({ message }, n) => [`logs/${700_001 + n}.log`, logSaying(message)]),
);
const unexplained = canaries.map(({ message }, n) => [
  `logs/${800_001 + n}.log`,
  jobLog(scriptStep('make', `##[error]${message} is not known`)),
]);
const metadata = JSON.stringify({
  jobs: canaries.map(({ message }, n) => ({
    id: 700_001 + n,
    run_id: 9,
    run_attempt: 1,
    html_url: `https://github.com/acme/shop/actions/runs/9/job/${700_001 + n}`,
    workflow_name: `build ${message}`,
    name: `image (${message})`,
    head_branch: message,
    status: 'completed',
    conclusion: 'failure',
    labels: [message],
    steps: [{ number: 1, name: `Run ${message}`, status: 'completed', conclusion: 'failure' }],
  })),
});

/** The kinds of canaries that are found in the text. */
function seenIn(text: string): string[] {
  const plain = text.replaceAll('\\\\n', '\\n');
  return canaries
    .filter(({ secret }) => text.includes(secret) || plain.includes(secret))
    .map(({ kind }) => kind);
}

async function ingested(
  ...more: string[]
): Promise<{ folder: string; file: string; ended: Ended }> {
  const folder = tempFolder({ ...logs, ...Object.fromEntries(unexplained), 'jobs.json': metadata });
  const file = path.join(folder, 'buildlog.db');
  const args = ['ingest', 'files', 'logs/*.log', '--metadata', 'jobs.json', '--db', file, ...more];
  return { folder, file, ended: await buildlog(args, { cwd: folder }) };
}

function bytesOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith('buildlog.db'))
    .map((entry) => readFileSync(path.join(folder, entry.name), 'latin1'))
    .join('');
}

async function formatsOf(...command: string[]): Promise<string[]> {
  const { stdout } = await buildlog([...command, '--help']);
  const choices =
    /--format <format>[^(]*\(choices:([^)]*?)(?:, default|\))/.exec(stdout)?.[1] ?? '';
  const formats = [...choices.matchAll(/"(\w+)"/g)].map(([, format = '']) => format);
  expect(formats).toContain('json');
  return formats;
}

describe('a log full of secrets', { timeout: 60_000 }, () => {
  it('is kept without any of them, in every byte of the database', async () => {
    const { folder, file, ended } = await ingested();
    expect(seenIn(ended.stderr)).toEqual([]);
    expect(seenIn(bytesOf(folder))).toEqual([]);
    expect(seenIn(ended.stdout)).toEqual([]);
    const shown = await Promise.all([
      ...(await formatsOf('report')).map((format) =>
        buildlog(['report', 'unexplained', '--db', file, '--format', format]),
      ),
      ...(await formatsOf('show')).flatMap((format) =>
        [700_001, 800_020].map((job) =>
          buildlog(['show', String(job), '--db', file, '--format', format]),
        ),
      ),
    ]);
    for (const { code, stdout, stderr } of shown) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(seenIn(stdout)).toEqual([]);
    }
    expect(shown.map(({ stdout }) => stdout).join('')).toContain('redacted');
  });

  it('is exported without any of them', async () => {
    const { folder, file } = await ingested();
    await Promise.all(
      ['csv', 'ndjson'].map((format) =>
        buildlog(['export', format, path.join(folder, format), '--db', file]),
      ),
    );
    for (const format of ['csv', 'ndjson']) {
      const names = readdirSync(path.join(folder, format));
      expect(names.length).toBeGreaterThan(5);
      const text = names
        .map((name) => readFileSync(path.join(folder, format, name), 'utf8'))
        .join('');
      expect(seenIn(text)).toEqual([]);
    }
  });

  it('is scanned and traced without any of them', async () => {
    const folder = tempFolder({ ...logs, ...Object.fromEntries(unexplained) });
    const files = [...Object.keys(logs), ...unexplained.map(([name = '']) => name)];
    const formats = await formatsOf('scan');
    const ended = await Promise.all([
      ...formats.map((format) => buildlog(['scan', ...files, '--format', format], { cwd: folder })),
      ...files.slice(0, 3).map((file) =>
        buildlog(['patterns', 'explain', file, '--signature', 'dns-failure'], {
          cwd: folder,
        }),
      ),
    ]);
    for (const { code, stdout, stderr } of ended) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(seenIn(stdout)).toEqual([]);
    }
  });

  it('is kept as it is on request only', async () => {
    const { folder, file } = await ingested('--redact', 'none');
    // That the canaries can be seen at all: what escapes quotes or control characters hides some.
    expect(seenIn(bytesOf(folder)).length).toBeGreaterThan(canaries.length - 3);
    const { stdout } = await buildlog(['show', '700001', '--db', file, '--format', 'json']);
    expect(seenIn(stdout)).toEqual([canaries[0]?.kind]);
  });

  it('keeps e-mail addresses unless they are to go as well', async () => {
    const folder = tempFolder({ 'a.log': logSaying('ada@acme.example.com is gone') });
    const scan = async (...args: string[]): Promise<string> =>
      (await buildlog(['scan', 'a.log', ...args], { cwd: folder })).stdout;
    expect(await scan()).toContain('ada@acme.example.com');
    expect(await scan('--redact', 'all')).not.toContain('ada@acme');
  });
});
