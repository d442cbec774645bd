import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';

const folder = new URL('./histories/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.pb'));
let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
}, 60_000);

test('there is a history of every way a workflow can go', () => {
  expect(names).toEqual(
    expect.arrayContaining(
      ['ingested', 'unchanged', 'invalid', 'missing', 'unreadable', 'partly', 'retried'].map(
        (name) => `${name}.pb`,
      ),
    ),
  );
});

test('there is one of every way a backfill and a retry of failures can go', () => {
  const backfills = ['dry-run', 'done', 'shared', 'cancelled', 'continued', 'failed'];
  const all = [
    ...backfills.map((name) => `backfill-${name}.pb`),
    ...['done', 'cancelled', 'limited'].map((name) => `retry-failed-${name}.pb`),
  ];
  expect(names).toEqual(expect.arrayContaining(all));
});

test('there is one of every way a reindex, a reconciliation and an import can go', () => {
  const all = [
    ...['reindexed', 'reindex-continued', 'reindex-taken-on', 'reindex-cancelled', 'reindex-differs'],
    ...['rolled-back', 'rolled-back-at-once', 'indexes-dropped'],
    ...['reindex-limited', 'reconcile-continued', 'reconcile-taken-on', 'reconcile-paused'],
    ...['reconciled', 'reconcile-agrees', 'imported', 'import-continued'],
    ...['import-cancelled', 'import-reindex-cancelled'],
  ];
  expect(names).toEqual(expect.arrayContaining(all.map((name) => `${name}.pb`)));
});

test.each(names)(
  '%s replays: a run that is open during an upgrade can go on',
  async (name) => {
    await Worker.runReplayHistory({ workflowBundle, replayName: name }, readHistory(name));
  },
  30_000,
);

test('a history of other code does not replay, so the test can fail', async () => {
  const other = readHistory('retried.pb');
  const scheduled = other.events?.find(({ activityTaskScheduledEventAttributes: attributes }) => attributes);
  if (!scheduled?.activityTaskScheduledEventAttributes)
    throw new Error('The history has no regular activity');
  scheduled.activityTaskScheduledEventAttributes.activityType = { name: 'somethingElse' };
  await expect(Worker.runReplayHistory({ workflowBundle }, other)).rejects.toThrow(
    /somethingElse|Nondeterminism/,
  );
}, 30_000);

function readHistory(name: string) {
  return proto.temporal.api.history.v1.History.decode(readFileSync(new URL(name, folder)));
}
