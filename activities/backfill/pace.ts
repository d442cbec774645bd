import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets callers pass one after another at an even rate, however many wait at the same time.
 *
 * @param perSecond may be less than one; undefined for no limit
 */
export function createPace(perSecond: number | undefined): () => Promise<void> {
  if (perSecond === undefined) return () => Promise.resolve();
  const interval = 1_000 / perSecond;
  let next = performance.now();
  return async () => {
    const now = performance.now();
    // Time in which nobody came is lost, so that no burst follows it.
    const turn = Math.max(now, next);
    next = turn + interval;
    if (turn > now) await sleep(turn - now);
  };
}
