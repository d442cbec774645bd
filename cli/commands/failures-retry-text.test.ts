import { expect, test } from 'vitest';
import { retryGroup } from './failures-retry-text.ts';

test('each line of a reason stands below what it belongs to', () => {
  const report = retryGroup.text.report(
    {
      phase: 'done',
      total: 1,
      outcomes: { unreadable: 1 },
      open: 0,
      startedAt: '2026-01-31T00:00:00.000Z',
      seconds: 1,
      stillFailing: [{ workflowId: 'retry:message/1@attempt-2', reason: 'cannot be read\nhello' }],
    },
    'retry-failed@1',
  );
  expect(report.split('\n').slice(-3)).toEqual([
    '  retry:message/1@attempt-2',
    '    cannot be read',
    '    hello',
  ]);
});
