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
