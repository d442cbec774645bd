import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Progress, runTasks, TasksFailedError } from './tasks.ts';

const forever = async (signal: AbortSignal) => {
  await sleep(60_000, undefined, { signal });
  return 'never';
};

describe('tasks', () => {
  test('run side by side and report what came of them', async () => {
    const events: Progress[] = [];
    let running = 0;
    let most = 0;
    const task = (title: string) => ({
      title,
      async run(note: (text: string) => void) {
        running += 1;
        most = Math.max(most, running);
        note(`${title} is at it`);
        await sleep(30);
        running -= 1;
        return `${title} went well`;
      },
    });
    await runTasks([task('a'), task('b')], (event) => events.push(event));
    expect(most).toBe(2);
    expect(events.filter((event) => event.task === 'a').map(({ state, text }) => [state, text])).toEqual([
      ['started', ''],
      ['note', 'a is at it'],
      ['done', 'a went well'],
    ]);
  });

  test('that fail abort the others, and only the cause is told', async () => {
    const failing = { title: 'a', run: () => Promise.reject(new Error('no disk')) };
    const waiting = { title: 'b', run: (_: unknown, signal: AbortSignal) => forever(signal) };
    const failure = await runTasks([waiting, failing], 'silent').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TasksFailedError);
    expect(failure instanceof Error && failure.message).toBe('no disk');
  });

  test('that the caller aborts end with the reason', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
    const waiting = { title: 'b', run: (_: unknown, signal: AbortSignal) => forever(signal) };
    await expect(runTasks([waiting], 'silent', controller.signal)).rejects.toThrow('Ctrl-C');
  });
});
