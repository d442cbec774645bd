import pMap from 'p-map';
import { compareCodePoints } from '../../schema/compare-code-points.ts';
import type { ListedKeys } from './key-range.ts';
import type { ListKeys } from './list-keys.ts';

const maxListings = 60;

const concurrency = 8;

/** A folder of which no other is known to be inside. */
interface Folder {
  readonly path: string;
  /** Its part of the whole, if every folder were as large as those beside it; 0 if it is known to hold little. */
  readonly share: number;
}

/**
 * Keys at which a range can be cut into about `parts` parts: folders of the bucket, each with about as much behind it as
 * can be seen from outside. Nothing depends on how good the choice is but the time that a backfill takes, since whatever
 * is left of a range can be cut again.
 *
 * @returns in order, each after `range.after` and before `range.until`; fewer, or none, if none were found
 */
export async function findBoundaries(list: ListKeys, range: ListedKeys, parts: number) {
  const folders = await findFolders(list, range, parts - 1);
  // Nothing is known to lie before the first folder of a range that begins with it.
  return boundariesBetween(folders, parts).filter(
    (path) => range.after !== undefined || path !== folders[0]?.path,
  );
}

/** Folders in the range, in order, level by level until there are so many of them. */
async function findFolders(list: ListKeys, range: ListedKeys, enough: number): Promise<Folder[]> {
  const found = new Map<string, Folder>();
  let level: Folder[] = foldersAround(range).map((path) => ({ path, share: 1 }));
  for (let left = maxListings; level.length > 0 && left > 0 && found.size < enough; ) {
    const looked = spread(level, left);
    left -= looked.length;
    const looks = await pMap(looked, (folder) => lookInto(list, range, folder), { concurrency });
    level = looks.flatMap(({ inside }) => inside);
    for (const { folder, inside, isSmall } of looks) {
      // A cut at a folder and another at the first one in it would have nothing between them.
      if (inside.length > 0) found.delete(folder.path);
      else if (isSmall && found.has(folder.path)) found.set(folder.path, { ...folder, share: 0 });
    }
    for (const folder of level) found.set(folder.path, folder);
  }
  return [...found.values()].sort((a, b) => compareCodePoints(a.path, b.path));
}

async function lookInto(list: ListKeys, range: ListedKeys, folder: Folder) {
  const { path, share } = folder;
  const { folders, isTruncated } = await list({
    prefix: path,
    delimiter: '/',
    // S3 may leave out a folder that begins before it, so it is only sent if it lies in the folder listed.
    after: range.after?.startsWith(path) ? range.after : undefined,
  });
  const paths = folders.filter((candidate) => isInside(candidate, range));
  const inside: Folder[] = paths.map((candidate) => ({ path: candidate, share: share / paths.length }));
  return { folder, inside, isSmall: folders.length === 0 && !isTruncated };
}

/**
 * The folders, of all in order, at which to cut. How large they are is not known: a folder of few others may hold more
 * than one of many, or less, so half of its weight is its share, and half is that of one among all.
 */
function boundariesBetween(folders: readonly Folder[], parts: number): string[] {
  const shares = folders.reduce((sum, { share }) => sum + share, 0);
  const boundaries: string[] = [];
  let left = 2;
  let part = 0;
  for (const { path, share } of folders) {
    const weight = share / (shares || 1) + 1 / folders.length;
    // It goes to the next part if most of it would be too much for this one.
    if (part + weight / 2 > left / (parts - boundaries.length) && boundaries.length < parts - 1) {
      boundaries.push(path);
      left -= part;
      part = 0;
    }
    part += weight;
  }
  return boundaries;
}

/** Whether a cut at a key leaves known keys on both sides. */
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

function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)],
  ).filter((item) => item !== undefined);
}
