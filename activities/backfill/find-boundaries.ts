import pMap from 'p-map';
import { compareCodePoints } from '../../schema/json/compare-code-points.ts';
import type { ListedKeys } from './key-range.ts';
import type { ListKeys } from './list-keys.ts';
import { probeBoundaries } from './probe-boundaries.ts';

/** Requests that a search for boundaries may cost. */
const maxListings = 60;

/** Requests at the same time. */
const concurrency = 8;

/**
 * Keys at which a range can be cut into about `parts` parts: folders of the bucket, the upper ones first, or, where
 * there are no folders, keys that are found by probing. Nothing depends on how good the choice is but the time that a
 * backfill takes, since whatever is left of a range can be cut again.
 *
 * @returns in order, each after `range.after` and before `range.until`; fewer, or none, where none were found
 */
export async function findBoundaries(list: ListKeys, range: ListedKeys, parts: number): Promise<string[]> {
  const wanted = parts - 1;
  const found = new Set<string>();
  let level = foldersAround(range);
  for (let left = maxListings; level.length > 0 && left > 0 && found.size < wanted; ) {
    const looked = spread(level, left);
    left -= looked.length;
    const look = (prefix: string) => list({ prefix, delimiter: '/', after: laterOf(prefix, range.after) });
    const listings = await pMap(looked, look, { concurrency });
    level = listings.flatMap(({ folders }) => folders).filter((folder) => isInside(folder, range));
    for (const folder of level) found.add(folder);
  }
  const boundaries =
    found.size > 0 ? upperFolders(found, wanted) : await probeBoundaries(list, range, wanted);
  return boundaries.sort(compareCodePoints);
}

/** So many of the folders, those before others that hold more of them. */
function upperFolders(folders: Iterable<string>, count: number): string[] {
  const byDepth = Map.groupBy(folders, (folder) => folder.split('/').length);
  const chosen: string[] = [];
  for (const depth of [...byDepth.keys()].sort((a, b) => a - b)) {
    const level = [...(byDepth.get(depth) ?? [])].sort(compareCodePoints);
    chosen.push(...spread(level, count - chosen.length));
  }
  return chosen;
}

/** Whether a cut at a key leaves something on both sides, as far as that can be told. */
export function isInside(key: string, { after, until }: ListedKeys): boolean {
  return (
    (after === undefined || compareCodePoints(key, after) > 0) &&
    (until === undefined || compareCodePoints(key, until) < 0)
  );
}

/** The folder that all keys of the range are in, and those on the way from there to its first key. */
function foldersAround({ prefix, after, until }: ListedKeys): string[] {
  const root = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (after === undefined) return [prefix];
  const folders = [...after.matchAll(/\//g)].map(({ index }) => after.slice(0, index + 1));
  const common = folders.filter((folder) => until?.startsWith(folder)).at(-1) ?? root;
  return [common, ...folders].filter(
    (folder, index, all) =>
      folder.length >= common.length && folder.startsWith(prefix) && all.indexOf(folder) === index,
  );
}

/** S3 may leave out a folder that begins before `after`, so that is only sent where it lies in the folder listed. */
function laterOf(prefix: string, after: string | undefined): string | undefined {
  return after?.startsWith(prefix) ? after : undefined;
}

/** At most `count` of the items, evenly chosen. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)],
  ).filter((item) => item !== undefined);
}
