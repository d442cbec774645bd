import { describe, expect, it } from 'vitest';
import { progressByNow } from './progress-by-now.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const start = Date.parse(startedAt);
/** Told ten seconds after the start. */
const told = { phase: 'filling', startedAt, seconds: 10, secondsLeft: 40, perSecond: 500, keysPerSecond: 7 };

describe('a progress by now', () => {
  it('goes on with time since the start, and the time left grows shorter', () => {
    expect(progressByNow(told, start + 10_000)).toEqual(told);
    expect(progressByNow(told, start + 25_000)).toEqual({ ...told, seconds: 25, secondsLeft: 25 });
    expect(progressByNow({ ...told, secondsLeft: 3 }, start + 25_000)).toMatchObject({ secondsLeft: 0 });
  });

  it('has no speed and no time left after half a minute in which nothing was finished', () => {
    expect(progressByNow(told, start + 41_000)).toEqual({
      ...told,
      seconds: 41,
      secondsLeft: undefined,
      perSecond: 0,
      keysPerSecond: 0,
    });
  });

  it('has no time left while it is paused', () => {
    for (const paused of [{ isPaused: true }, { phase: 'paused' }, { phase: 'pausing' }])
      expect(progressByNow({ ...told, ...paused }, start + 12_000)).toMatchObject({
        seconds: 12,
        secondsLeft: undefined,
      });
  });

  it('does not go back where the clock of this machine is behind', () => {
    expect(progressByNow(told, start + 4_000)).toEqual(told);
  });

  it('is as it was told where nobody knows when that was', () => {
    for (const unknown of [{ seconds: 10, perSecond: 5 }, { startedAt }, undefined, null])
      expect(progressByNow(unknown, start + 100_000)).toBe(unknown);
  });
});
