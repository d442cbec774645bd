import { describe, expect, test } from 'vitest';
import { operationNamed } from '../operations/registry.ts';
import type { Run } from '../operations/runs.ts';
import {
  describeRun,
  formatNumber,
  formatSeconds,
  formatTable,
  inline,
  printable,
  progressLine,
} from './terminal.ts';

test('numbers are short', () => {
  expect([0, 0.5, 9.96, 12.4, 20_962.3].map(formatNumber)).toEqual(['0', '0.5', '10', '12', '20,962']);
  expect([89, 600, 11_100].map(formatSeconds)).toEqual(['89 s', '10 min', '3 h 05 min']);
});

test('a table is as wide as it has to be, with numbers to the right', () => {
  expect(
    formatTable(
      ['count', 'name'],
      [
        [1_234, 'a'],
        [5, 'bcd'],
      ],
    ),
  ).toBe('count  name\n1,234  a\n    5  bcd');
});

test('what others have written cannot control the terminal', () => {
  expect(printable('a\x1b[2Jb\x07\x9b1mé\n\tc')).toBe('a\\u001b[2Jb\\u0007\\u009b1mé\n\tc');
  expect(inline('a\nb\u202e')).toBe('a\\u000ab\\u202e');
  const json = JSON.stringify({ key: 'a\x9bb' });
  expect(JSON.parse(printable(json))).toEqual({ key: 'a\x9bb' });
});

describe('a run', () => {
  const run: Run = {
    operation: operationNamed('backfill'),
    workflowId: 'backfill:b/@1',
    runId: 'r',
    title: 'Dry run: backfill of s3://b/*',
    status: 'running',
    requestedBy: 'Ada',
    input: undefined,
    startedAt: new Date(0),
    finishedAt: undefined,
    progress: {
      phase: 'running',
      dryRun: true,
      unit: 'keys',
      done: 1_000,
      total: 4_000,
      rate: 20,
      rateLimit: 50,
      startedAt: '1970-01-01T00:00:00.000Z',
      seconds: 50,
      secondsLeft: 150,
      facts: [
        { label: 'New', value: 7 },
        { label: 'Ranges done', value: '1 of 6' },
      ],
      problem: 'An object was refused.\nSee the failures.',
    },
  };

  test('is a line while it is running', () => {
    expect(progressLine(run)).toBe(
      '[#####---------------]  25.0% running (dry run): 1,000 of 4,000 keys, 20/s (up to 50/s), 3 min left',
    );
    expect(progressLine({ ...run, status: 'waiting' })).toContain('no worker is polling; last: running');
    expect(progressLine({ ...run, status: 'waiting', progress: undefined })).toBe('waiting for a worker');
  });

  test('is a report with facts and problem, each line below what it belongs to', () => {
    expect(describeRun(run).split('\n')).toEqual([
      'Dry run: backfill of s3://b/*',
      '  backfill:b/@1, by Ada: running (dry run: nothing was written) after 50 s, 1,000 keys',
      `  New          ${'7'.padStart(12)}`,
      '  Ranges done  1 of 6',
      '  An object was refused.',
      '    See the failures.',
    ]);
  });
});
