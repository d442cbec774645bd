import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits before another attempt: 200 ms, doubled with each attempt up to ten seconds, a random half of it left out so
 * that many pollers do not come back at the same moment.
 *
 * @param attempt 0 for the first wait
 * @param signal ends the wait at once; the promise resolves all the same
 */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(10_000, 200 * 2 ** attempt);
  const wait = longest * (0.5 + Math.random() / 2);
  await sleep(wait, undefined, { signal }).catch(() => undefined);
}
