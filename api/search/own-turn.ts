import { setImmediate } from 'node:timers/promises';

/** Bytes of JSON above which parsing and checking take some milliseconds. */
export const largeJson = 16_384;

let lastTurn = Promise.resolve();

/**
 * A turn of the event loop that no other large JSON has. Several that arrive together, requests or responses, would
 * otherwise stall everybody for the sum of their times.
 */
export function ownTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => setImmediate());
  return lastTurn;
}
