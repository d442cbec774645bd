import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';

const folder = new URL('./histories/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.pb'));
/** What went wrong with each history. */
const errors = new Map<string, Error | undefined>();

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  // One worker replays them all: to start one takes longer than a replay.
  const histories = names.map((name) => ({ workflowId: name, history: readHistory(name) }));
  histories.push({ workflowId: 'other code', history: historyOfOtherCode() });
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories))
    errors.set(workflowId, error);
}, 60_000);

test('there is a history of every way a workflow can go', () => {
  const all = {
    '': [
      ...['ingested', 'unchanged', 'invalid', 'missing', 'unreadable', 'partly', 'incomplete', 'retried'],
      ...['reindexed', 'rolled-back', 'rolled-back-at-once', 'indexes-dropped', 'reconciled', 'imported'],
    ],
    'backfill-': ['done', 'dry-run', 'shared-and-paused', 'cancelled', 'continued', 'taken-on', 'failed'],
    'retry-failed-': ['done', 'limited-and-cancelled', 'slow'],
    'reindex-': ['continued', 'taken-on', 'limited-and-paused', 'cancelled', 'differs'],
    'reconcile-': ['agrees', 'paused-and-cancelled'],
    'import-': ['cancelled'],
  };
  const expected = Object.entries(all).flatMap(([kind, ways]) => ways.map((way) => `${kind}${way}.pb`));
  expect(names.toSorted()).toEqual(expected.toSorted());
});

test.each(names)('%s replays: a run that is open during an upgrade can continue', (name) => {
  expect(errors.has(name)).toBe(true);
  expect(errors.get(name)).toBeUndefined();
});

test('a history of other code does not replay, so the test can fail', () => {
  expect(errors.get('other code')?.message).toMatch(/somethingElse|Nondeterminism/);
});

function historyOfOtherCode() {
  const other = readHistory('retried.pb');
  const scheduled = other.events?.find(({ activityTaskScheduledEventAttributes: attributes }) => attributes);
  if (!scheduled?.activityTaskScheduledEventAttributes)
    throw new Error('The history has no regular activity');
  scheduled.activityTaskScheduledEventAttributes.activityType = { name: 'somethingElse' };
  return other;
}

function readHistory(name: string) {
  return proto.temporal.api.history.v1.History.decode(readFileSync(new URL(name, folder)));
}
