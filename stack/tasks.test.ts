import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runTasks } from './tasks.ts';

const endless = {
  title: 'b',
  run: async (_: unknown, signal: AbortSignal) => {
    await sleep(60_000, undefined, { signal });
    return 'never';
  },
};

test('tasks that fail abort the others, and only the cause is reported', async () => {
  const failing = { title: 'a', run: () => Promise.reject(new Error('no disk')) };
  await expect(runTasks([endless, failing], 'silent')).rejects.toThrow(/^no disk$/);
});

test('tasks that the caller aborts end with the reason', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
  await expect(runTasks([endless], 'silent', controller.signal)).rejects.toThrow('Ctrl-C');
});
