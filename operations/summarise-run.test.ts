import { describe, expect, it } from 'vitest';
import { noCounts } from '../activities/backfill/backfill-counts.ts';
import type { BackfillProgress } from '../workflows/backfill-progress.ts';
import type { RetryProgress } from '../workflows/retry-failed-progress.ts';
import { kindOf } from './operation-run.ts';
import { summariseRun } from './summarise-run.ts';

const backfill: BackfillProgress = {
  phase: 'pausing',
  bucket: 'bucket',
  dryRun: true,
  counts: { ...noCounts, listed: 1_000, matched: 50, new: 7 },
  ranges: { done: 1, running: 2, waiting: 3 },
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 10,
  keysPerSecond: 100,
  buildsPerSecond: 5,
  share: 0.25,
  secondsLeft: 30,
};

describe('what runs is told in one shape', () => {
  it('a backfill; a dry run says what would be done, and not what was inserted', () => {
    const { facts, ...summary } = summariseRun('backfill', backfill);
    expect(summary).toMatchObject({
      phase: 'pausing',
      isPaused: true,
      isDryRun: true,
      share: 0.25,
      secondsLeft: 30,
      limit: { unit: 'objects read', perSecond: null },
      speeds: [
        { unit: 'keys', perSecond: 100 },
        { unit: 'builds', perSecond: 5 },
      ],
    });
    expect(facts).toContainEqual({ label: 'new, would be ingested', value: 7 });
    expect(facts).toContainEqual({ label: 'ranges done', value: '1 of 6' });
    expect(facts.map(({ label }) => label)).not.toContain('builds inserted');
  });

  it('a retry tells what fails still, and how long the rest takes at this pace', () => {
    const progress: RetryProgress = {
      phase: 'running',
      total: 40,
      outcomes: { ingested: 8, invalid: 2 },
      open: 3,
      retriesPerSecond: 5,
      startedAt: '2026-01-01T00:00:00.000Z',
      seconds: 20,
      stillFailing: [{ workflowId: 'retry:x', reason: 'it is no build' }],
    };
    expect(summariseRun('retryFailed', progress)).toMatchObject({
      share: 0.25,
      secondsLeft: 60,
      limit: { unit: 'retries begun', perSecond: 5 },
      problem: 'Fails still, for example: it is no build',
    });
  });

  it('a report with a problem is one of a failure', () => {
    const report = {
      to: 'b-000002',
      rows: 5,
      documents: 4,
      arrived: 0,
      refused: 0,
      refusals: [],
      checked: { rows: 5, documents: 4, missing: 1 },
      differences: [],
      seconds: 3,
      problem: '1 build is missing',
    };
    expect(summariseRun('reindex', report)).toMatchObject({ phase: 'failed', problem: '1 build is missing' });
  });

  it('a reconciliation that waits for what may be on its way says so', () => {
    const bucket = {
      ...{ bucket: 'b', extent: 'whole', listed: 9, matched: 5, unseen: 0, changed: 0, isTruncated: false },
      ...{ examples: [], started: 0, ingested: 0, failed: 0, awaited: 2 },
    };
    const told = { phase: 'bucket', repair: false, agrees: true, seconds: 2, bucket };
    expect(summariseRun('reconcile', told).phase).toMatch(/^2 objects were not seen yet/);
  });

  it('a kind that nobody has described yet is read by the names that all have in common', () => {
    const told = {
      phase: 'copying',
      isPaused: false,
      done: 3,
      total: 12,
      perSecond: 2,
      rowCounts: { badHash: 1 },
    };
    expect(summariseRun('somethingNew', told)).toMatchObject({
      phase: 'copying',
      share: 0.25,
      speeds: [{ unit: 'rows', perSecond: 2 }],
      facts: [
        { label: 'done', value: 3 },
        { label: 'total', value: 12 },
        { label: 'row counts: bad hash', value: 1 },
      ],
    });
  });

  it.each([undefined, null, 'text'])('%s tells nothing', (told) => {
    expect(summariseRun('backfill', told)).toMatchObject({ phase: undefined, facts: [] });
  });
});

it('an ingestion is no operation', () => {
  expect(kindOf('rollBack')).toBe('reindex');
  expect(kindOf('ingestMessage')).toBeUndefined();
});
