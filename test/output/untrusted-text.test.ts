/** Job names and log lines are written by strangers: no screen obeys what stands in them. */
import { describe, expect, it } from 'vitest';

import { LineSplitter } from '../../src/log/raw-lines.ts';
import { JobScanner } from '../../src/matching/job-scanner.ts';
import { decide } from '../../src/matching/verdict.ts';
import { reportJson } from '../../src/output/report-json.ts';
import { reportText } from '../../src/output/report-text.ts';
import { scanJson, ScanText } from '../../src/output/scan-result.ts';
import { storyText } from '../../src/output/story-text.ts';
import { plain } from '../../src/output/style.ts';
import { readStories } from '../../src/reports/job-story.ts';
import { replaceCollisions } from '../../src/store/collisions.ts';
import type { Store } from '../../src/store/store.ts';
import { writeJob } from '../../src/store/write-jobs.ts';
import { patterns } from '../support/demo-history.ts';
import { jobWith, judgedLog, openStore } from '../support/judged-jobs.ts';
import { allReports } from '../support/made-reports.ts';
import { at, builderB, culprit, raceLog, smallJob, victim } from '../support/race-logs.ts';

/** Clears the screen, sets the title, goes back over the line, turns the reading direction. */
const evil = 'x\u001B[2J\u001B]0;owned\u0007\r\u009B31m\u202Egnp.\u0008\u007F\u0000';
/** In a log the colours go, as a viewer takes them out; a line cannot hold a line end. */
const evilLine = evil.replaceAll('\n', '');
/** All that a terminal may obey, but for the line ends of the screen itself. */
const obeyed = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

/** Two jobs with evil names on an evil host; one removed the other's builder, a third died of the unknown. */
function evilStore(): Store {
  const store = openStore();
  const names = { repository: `acme/${evil}`, workflow: evil, url: evil, runId: 7, attempt: 1 };
  const job = (jobId: number, name: string): Parameters<typeof judgedLog>[0] =>
    jobWith({ ...names, jobId, name: `${name} ${evil}`, runnerName: `runner ${evil}` });
  const machine = `host ${evilLine}`;
  const unknown = `ERROR: ${evilLine} is not in any book`;
  writeJob(store.db, judgedLog(job(1, 'web'), raceLog({ ...victim, machine })));
  writeJob(store.db, judgedLog(job(2, 'api'), raceLog({ ...culprit, machine })));
  writeJob(store.db, judgedLog(job(3, 'app'), raceLog({ ...smallJob, machine, error: unknown })));
  const found = {
    kind: 'builder-removed' as const,
    victim: { host: 'github.com', jobId: 1 },
    culprit: { host: 'github.com', jobId: 2 },
    builder: builderB,
    removedAt: at(40),
    removedLine: 30,
    failedAt: at(50),
    failedLine: 24,
    delay: 10,
    strength: 'strong' as const,
    cause: 'builder-removed-by-other-job',
    reason: `job 2 "${evil}" removed it`,
  };
  replaceCollisions(store.db, [found], patterns.set.causes);
  return store;
}

describe('a screen', () => {
  it('obeys nothing in any report', () => {
    const reports = allReports(evilStore());
    const screens = [...reports.values()].map((report) => reportText(report, 120, plain));
    expect(screens.join('')).toContain('\\x1b[2J');
    for (const screen of screens) expect(screen).not.toMatch(obeyed);
  });

  it.each([1, 2, 3])('obeys nothing in the story of job %i', (jobId) => {
    const stories = readStories(evilStore().db, jobId);
    expect(stories).toHaveLength(1);
    for (const story of stories) {
      const screen = storyText(story, patterns.set.causes, [`do ${evil}`], 120, plain);
      expect(screen).toContain('\\x1b[2J');
      expect(screen).not.toMatch(obeyed);
    }
  });

  it('obeys nothing in a scan', () => {
    const splitter = new LineSplitter();
    const scanner = new JobScanner(patterns);
    const text = raceLog({ ...smallJob, error: `ERROR: ${evilLine}`, buildsOn: `b-${evilLine}` });
    for (const line of splitter.push(Buffer.from(text))) scanner.push(line);
    const scan = scanner.finish();
    const result = {
      source: `/logs/${evil}.log`,
      scan,
      verdict: decide(scan, patterns),
      cause: null,
      signature: null,
      advice: [`do ${evil}`],
    };
    const screen = new ScanText(120, plain).of(result);
    expect(screen).toContain('\\x1b[2J');
    expect(screen).not.toMatch(obeyed);
    expect(scanJson(result).trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});

describe('JSON', () => {
  it('keeps the text and escapes its control characters', () => {
    for (const report of allReports(evilStore()).values()) {
      const text = reportJson(report);
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      const tables = Object.fromEntries(report.sections.map(({ id, rows }) => [id, rows]));
      expect(JSON.parse(text)).toMatchObject({ tables: JSON.parse(JSON.stringify(tables)) });
    }
  });
});
