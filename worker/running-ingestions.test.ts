import type { Context } from '@temporalio/activity';
import { expect, test, vi } from 'vitest';
import { RunningIngestions } from './running-ingestions.ts';

/** Runs an activity of a workflow under the interceptor. */
async function runActivity(running: RunningIngestions, activityType: string, isLocal = true): Promise<void> {
  const info = { activityType, isLocal, workflowExecution: { workflowId: 'one', runId: 'run' } };
  const { inbound } = running.activityInterceptor({ info } as unknown as Context);
  await inbound?.execute?.({ args: [], headers: {} }, async () => undefined);
}

async function hasEnded(ended: Promise<void>): Promise<boolean> {
  return await Promise.race([ended.then(() => true), new Promise<false>((no) => setTimeout(no, 5, false))]);
}

test('an ingestion ends with its last step, for all that wait for it and for no other', async () => {
  const running = new RunningIngestions();
  const waiting = ['one', 'one', 'two'].map((id) => running.expect(id).ended);
  const ended = () => Promise.all(waiting.map(hasEnded));
  for (const step of ['downloadObject', 'validateBuild', 'insertBuilds']) await runActivity(running, step);
  expect(await ended()).toEqual([false, false, false]);
  await runActivity(running, 'indexBuilds');
  expect(await ended()).toEqual([true, true, false]);
});

test('one that waits for a service holds up no other', async () => {
  const running = new RunningIngestions();
  const { ended } = running.expect('one');
  await runActivity(running, 'insertBuilds', false);
  expect(await hasEnded(ended)).toBe(true);
});

test('one that ends before the response to its start counts as ended', async () => {
  const running = new RunningIngestions();
  const { ended } = running.expect('one');
  await runActivity(running, 'recordFailure');
  await expect(ended).resolves.toBeUndefined();
});

test('one that continues in another worker counts as ended after ten seconds; one that is disposed of is not waited for', async () => {
  vi.useFakeTimers();
  const running = new RunningIngestions();
  const { ended } = running.expect('one');
  running.expect('two')[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(10_000);
  await expect(ended).resolves.toBeUndefined();
  vi.useRealTimers();
});

test('what can wait gives way until an ingestion has ended and can be found, or for a second and a half', async () => {
  const running = new RunningIngestions();
  await running.giveWay();
  const ingestion = running.expect('one');
  let isWaiting = true;
  const waited = running.giveWay().then(() => {
    isWaiting = false;
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
  await pause();
  expect(isWaiting).toBe(true);
  await runActivity(running, 'indexBuilds');
  ingestion[Symbol.dispose]();
  await pause();
  expect(isWaiting).toBe(true);
  await waited;
  running.expect('two');
  await running.giveWay();
});
