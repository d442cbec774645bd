import { compareCodePoints } from '../../schema/compare-code-points.ts';
import type { ListedKeys } from './key-range.ts';
import type { ListKeys } from './list-keys.ts';

/** Requests that probing may cost. */
const maxProbes = 120;

/** Guesses within one interval before it is taken as one that cannot be cut. */
const maxGuesses = 40;

/** The visible characters of ASCII, of which keys are made but for few. */
const lowest = 0x20;
const highest = 0x7f;

/** An interval of keys: one that exists, and one that none of the interval reaches. */
interface Interval {
  readonly low: string;
  readonly high: string;
}

/** Finds keys that cut a range without folders, by asking for the first key after a guess halfway. */
export async function probeBoundaries(list: ListKeys, range: ListedKeys, wanted: number): Promise<string[]> {
  let left = maxProbes;
  const firstAfter = async (after: string | undefined) => {
    left -= 1;
    const { objects } = await list({ prefix: range.prefix, after, limit: 1 });
    const key = objects[0]?.key;
    return key !== undefined && (range.until === undefined || compareCodePoints(key, range.until) < 0)
      ? key
      : undefined;
  };
  const first = await firstAfter(range.after);
  if (first === undefined) return [];
  const found: string[] = [];
  const open: Interval[] = [{ low: first, high: range.until ?? range.prefix + String.fromCharCode(highest) }];
  for (let next = open.shift(); next && left > 0 && found.length < wanted; next = open.shift()) {
    const key = await cut(next, firstAfter);
    if (key === undefined) continue;
    found.push(key);
    open.push({ low: next.low, high: key }, { low: key, high: next.high });
  }
  return found;
}

async function cut(
  { low, high }: Interval,
  firstAfter: (after: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  let top = high;
  for (let guess = 0; guess < maxGuesses; guess++) {
    const middle = halfway(low, top);
    if (middle === undefined) return undefined;
    const key = await firstAfter(middle);
    if (key !== undefined && compareCodePoints(key, high) < 0) return key;
    top = middle;
  }
  return undefined;
}

/** A string about halfway between two others, or undefined where there is none of visible characters. */
export function halfway(low: string, high: string): string | undefined {
  let common = 0;
  while (common < low.length && low[common] === high[common]) common += 1;
  const start = low.slice(0, common);
  const from = low.charCodeAt(common) || lowest;
  const to = high.charCodeAt(common) || highest;
  if (to - from > 1) return start + String.fromCharCode(from + Math.floor((to - from) / 2));
  // Neighbours, as in `b7` and `c`: there is room behind the character of the lower one.
  const next = low.charCodeAt(common + 1) || lowest;
  if (common + 1 > low.length || highest - next <= 1) return undefined;
  return start + String.fromCharCode(from, next + Math.ceil((highest - next) / 2));
}
