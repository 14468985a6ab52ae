/** The gate opens only when every failed job is known not to be the change's fault. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rerunGate, type FailedJob } from '../../src/analysis/rerun-gate.ts';

const infra: FailedJob = {
  status: 'explained',
  cause: 'builder-stopped',
  blame: 'infra',
  confidence: 'high',
  transient: 'yes',
};
const code: FailedJob = { ...infra, cause: 'dockerfile-invalid', blame: 'code', transient: 'no' };
const either: FailedJob = { ...infra, cause: 'timeout', blame: 'mixed', transient: 'maybe' };
const unexplained: FailedJob = {
  status: 'unexplained',
  cause: null,
  blame: null,
  confidence: null,
  transient: null,
};

describe('the gate', () => {
  it('says infra when every failed job is', () => {
    expect(rerunGate([infra, infra])).toEqual({
      verdict: 'infra',
      why: '2 failed: 2 × builder-stopped (infra)',
      rerunHelps: 'yes',
    });
  });

  it('says code when every failed job is, and that a re-run is waste', () => {
    expect(rerunGate([code])).toMatchObject({ verdict: 'code', rerunHelps: 'no' });
  });

  it('says mixed when some are, or when the cause can be either', () => {
    expect(rerunGate([infra, code])).toMatchObject({ verdict: 'mixed', rerunHelps: null });
    expect(rerunGate([either])).toMatchObject({ verdict: 'mixed' });
  });

  it('says unknown when one job is not explained, whatever the others are', () => {
    expect(rerunGate([infra, unexplained])).toEqual({
      verdict: 'unknown',
      why: '2 failed: builder-stopped (infra), unexplained',
      rerunHelps: null,
    });
    expect(rerunGate([code, { ...unexplained, status: 'no-log' }])).toMatchObject({
      verdict: 'unknown',
      why: '2 failed: dockerfile-invalid (code), no log to read',
    });
  });

  it('does not trust a cause with weak proof', () => {
    expect(rerunGate([{ ...infra, confidence: 'low' }])).toMatchObject({
      verdict: 'unknown',
      why: '1 failed: builder-stopped (confidence low)',
    });
  });

  it('waits for jobs that are not over', () => {
    expect(rerunGate([infra], 1)).toMatchObject({
      verdict: 'unknown',
      why: '1 of its jobs is not over',
    });
  });

  it('stays shut when nothing failed', () => {
    expect(rerunGate([])).toMatchObject({ verdict: 'unknown', why: 'no job failed' });
  });

  it('says of several causes what the least hopeful one says', () => {
    const full: FailedJob = { ...infra, cause: 'disk-full', transient: 'no' };
    expect(rerunGate([infra, full]).rerunHelps).toBe('no');
    expect(rerunGate([infra, { ...infra, transient: 'maybe' }]).rerunHelps).toBe('maybe');
  });

  it('never says infra of a run with a job that is something else, in any order', () => {
    const kinds = fc.constantFrom(infra, code, either, unexplained);
    fc.assert(
      fc.property(fc.array(kinds, { minLength: 1 }), (jobs) => {
        const all = jobs.every((job) => job === infra);
        expect(rerunGate(jobs).verdict === 'infra').toBe(all);
        expect(rerunGate(jobs.toReversed()).verdict).toBe(rerunGate(jobs).verdict);
      }),
    );
  });
});
