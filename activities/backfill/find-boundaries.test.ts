import { describe, expect, test } from 'vitest';
import { compareCodePoints } from '../../schema/compare-code-points.ts';
import { Random } from '../../stack/samples/random.ts';
import { findBoundaries, isInside } from './find-boundaries.ts';
import type { ListedKeys } from './key-range.ts';
import { type ListKeys, listedPages } from './list-keys.ts';

/** Lists keys as S3 does: in order, folders once each, no more than `limit` at a time. */
function bucketOf(keys: readonly string[], limit = 1_000): { list: ListKeys; requests: () => number } {
  const sorted = [...keys].sort(compareCodePoints);
  let requests = 0;
  const list: ListKeys = async ({ prefix, after = '', delimiter }) => {
    requests += 1;
    const entries: { name: string; isFolder: boolean }[] = [];
    for (const key of sorted) {
      if (!key.startsWith(prefix) || compareCodePoints(key, after) <= 0) continue;
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      const name = end < 0 ? key : key.slice(0, end + 1);
      if (entries.at(-1)?.name !== name) entries.push({ name, isFolder: end >= 0 });
      if (entries.length > limit) break;
    }
    const page = entries.slice(0, limit);
    return {
      objects: page.filter(({ isFolder }) => !isFolder).map(({ name }) => ({ key: name })),
      folders: page.filter(({ isFolder }) => isFolder).map(({ name }) => name),
      isTruncated: entries.length > limit,
    };
  };
  return { list, requests: () => requests };
}

function rangesOf(range: ListedKeys, boundaries: readonly string[]): ListedKeys[] {
  return [range.after, ...boundaries].map((after, index) => {
    const until = boundaries[index] ?? range.until;
    return { ...range, ...(after !== undefined && { after }), ...(until !== undefined && { until }) };
  });
}

async function countKeys(list: ListKeys, range: ListedKeys): Promise<number> {
  let count = 0;
  for await (const { listed } of listedPages(list, range)) count += listed;
  return count;
}

const whole: ListedKeys = { kind: 'listed-keys', prefix: '' };

/** As the delivery bucket is laid out: a few large folders deep down, many small ones. */
function deliveryKeys(): string[] {
  const months = Array.from({ length: 48 }, (_, index) => {
    const month = String((index % 12) + 1).padStart(2, '0');
    return `pub/firefox/nightly/${2020 + Math.floor(index / 12)}/${month}`;
  });
  return [
    ...months.flatMap((month) => Array.from({ length: 60 }, (_, n) => `${month}/${n}/target.buildhub.json`)),
    ...Array.from({ length: 300 }, (_, n) => `pub/firefox/candidates/${n}.0-candidates/build1/buildhub.json`),
    ...['devedition', 'thunderbird', 'mobile'].map((product) => `pub/${product}/README`),
  ];
}

describe('findBoundaries', () => {
  test('cuts folders, in parts that all have something to do, and costs few requests', async () => {
    const { list, requests } = bucketOf(deliveryKeys());
    const boundaries = await findBoundaries(list, whole, 16);
    expect(requests()).toBeLessThanOrEqual(60);
    expect(boundaries).toEqual([...boundaries].sort(compareCodePoints));
    const counts = await Promise.all(rangesOf(whole, boundaries).map((part) => countKeys(list, part)));
    expect(counts.length).toBeGreaterThanOrEqual(14);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    const all = deliveryKeys().length;
    expect(Math.max(...counts)).toBeLessThan(all / 4);
  });

  test('cuts what is left of a range along the way to its first key', async () => {
    const { list } = bucketOf(deliveryKeys());
    const range = { ...whole, after: 'pub/firefox/nightly/2021/03/5/x', until: 'pub/firefox/releases/' };
    const boundaries = await findBoundaries(list, range, 8);
    expect(boundaries).toHaveLength(7);
    expect(boundaries.every((key) => isInside(key, range))).toBe(true);
    const counts = await Promise.all(rangesOf(range, boundaries).map((part) => countKeys(list, part)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(await countKeys(list, range));
    // No part has more than half: the others would have nothing to do.
    expect(Math.max(...counts)).toBeLessThan(counts.reduce((sum, count) => sum + count) / 2);
  });

  test('does not cut what is one page', async () => {
    const { list, requests } = bucketOf(Array.from({ length: 900 }, (_, n) => `pub/logs/${n}`));
    expect(await findBoundaries(list, whole, 8)).toEqual([]);
    expect(requests()).toBe(3);
  });
});

test('whatever the keys, the parts of a range have each of its keys once', async () => {
  const random = new Random(11);
  const letters = ['a', 'b', '/', '/', '0', '~', ' ', 'ü', '\uffee', '\u{1f98a}'] as const;
  for (let round = 0; round < 200; round++) {
    const keys = new Set(
      Array.from({ length: random.integer(0, 60) }, () =>
        Array.from({ length: random.integer(1, 8) }, () => random.pick([...letters])).join(''),
      ),
    );
    const { list } = bucketOf([...keys]);
    const { list: listOne } = bucketOf([...keys], 1);
    const some = [...keys].sort(compareCodePoints);
    const after = random.integer(0, 1) ? some[random.integer(0, some.length)] : undefined;
    const range = { ...whole, prefix: random.pick(['', 'a', 'a/']), ...(after !== undefined && { after }) };
    const parts = rangesOf(range, await findBoundaries(list, range, random.integer(2, 9)));
    const found: string[] = [];
    for (const part of parts) {
      for (let rest: string | undefined = part.after; ; ) {
        const { objects } = await listOne({ prefix: part.prefix, after: rest });
        const key = objects[0]?.key;
        if (key === undefined || (part.until !== undefined && compareCodePoints(key, part.until) > 0)) break;
        found.push(key);
        rest = key;
      }
    }
    const expected = some.filter(
      (key) => key.startsWith(range.prefix) && (after === undefined || compareCodePoints(key, after) > 0),
    );
    expect(found, JSON.stringify(range)).toEqual(expected);
  }
});

test('listedPages ends at `until`, and what is left of a page continues where it ended', async () => {
  const keys = Array.from({ length: 2_500 }, (_, n) => `${String(n).padStart(4, '0')}/buildhub.json`);
  const { list, requests } = bucketOf(keys);
  const range = { ...whole, after: keys[99] ?? '', until: keys[2_200] ?? '' };
  const pages = [];
  for await (const page of listedPages(list, range)) pages.push(page);
  expect(pages.map(({ listed }) => listed)).toEqual([1_000, 1_000, 101]);
  expect(pages.flatMap(({ objects }) => objects.map(({ key }) => key))).toEqual(keys.slice(100, 2_201));
  expect(pages.map(({ rest }) => rest && 'after' in rest && rest.after)).toEqual([
    keys[1_099],
    keys[2_099],
    undefined,
  ]);
  expect(requests()).toBe(3);
});
