import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runTasks, TasksFailedError } from './tasks.ts';

const endless = {
  title: 'b',
  run: async (_: unknown, signal: AbortSignal) => {
    await sleep(60_000, undefined, { signal });
    return 'never';
  },
};

describe('tasks', () => {
  test('run side by side', async () => {
    let running = 0;
    let most = 0;
    const task = (title: string) => ({
      title,
      async run() {
        running += 1;
        most = Math.max(most, running);
        await sleep(30);
        running -= 1;
        return 'done';
      },
    });
    await runTasks([task('a'), task('b')], 'silent');
    expect({ running, most }).toEqual({ running: 0, most: 2 });
  });

  test('that fail abort the others, and only the cause is reported', async () => {
    const failing = { title: 'a', run: () => Promise.reject(new Error('no disk')) };
    const failure = await runTasks([endless, failing], 'silent').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TasksFailedError);
    expect(failure instanceof Error && failure.message).toBe('no disk');
  });

  test('that the caller aborts end with the reason', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
    await expect(runTasks([endless], 'silent', controller.signal)).rejects.toThrow('Ctrl-C');
  });
});
