import { expect, test } from 'vitest';
import type { KnownObject } from '../../drizzle/queries/bucket-comparison.ts';
import { addCounts, noCounts } from './backfill-counts.ts';
import { type Batch, batchesOf, compareObject } from './batch.ts';
import type { KeyPage, ListedKeys } from './key-range.ts';

const range: ListedKeys = { kind: 'listed-keys', prefix: '' };
const known: KnownObject = {
  key: 'k',
  etag: 'e',
  outcome: 'ingested',
  attempts: 1,
  isOwn: false,
  inserted: 0,
  unindexed: [],
};
const listed = (key: string, ordinal = 0, etag?: string) => ({ key, etag, ordinal, position: key });

/** A page of `size` keys of which every `step`th is a buildhub.json. */
function page(number: number, size: number, step: number, isLast = false): KeyPage {
  const key = (ordinal: number) => `${number}/${String(ordinal).padStart(4, '0')}`;
  const ordinals = Array.from({ length: Math.ceil(size / step) }, (_, index) => index * step);
  return {
    listed: size,
    objects: ordinals.map((ordinal) => listed(key(ordinal), ordinal)),
    rest: isLast ? undefined : { ...range, after: key(size - 1) },
  };
}

async function* pagesOf(...pages: KeyPage[]) {
  yield* pages;
}

async function collect(pages: KeyPage[], maxWanted: number, isOver = () => false): Promise<Batch[]> {
  const compare = async () => new Map<string, KnownObject>();
  const batches: Batch[] = [];
  for await (const batch of batchesOf({ range, pages: pagesOf(...pages), compare, maxWanted, isOver }))
    batches.push(batch);
  return batches;
}

test('many pages with little to read become one batch', async () => {
  const batches = await collect([page(1, 1_000, 500), page(2, 1_000, 500), page(3, 10, 5, true)], 250);
  expect(batches).toHaveLength(1);
  expect(batches[0]?.counts).toMatchObject({ listed: 2_010, matched: 6 });
  expect(batches[0]?.wanted).toHaveLength(6);
  expect(batches[0]?.rest).toBeUndefined();
});

test('a page with much to read becomes many, each of which says exactly where it ended', async () => {
  const batches = await collect([page(1, 1_000, 2), page(2, 1_000, 2, true)], 300);
  expect(batches.map(({ counts }) => [counts.listed, counts.matched])).toEqual([
    [599, 300],
    [600, 300],
    [600, 300],
    [201, 100],
  ]);
  expect(batches.map(({ rest }) => rest)).toEqual([
    { ...range, after: '1/0598' },
    { ...range, after: '2/0198' },
    { ...range, after: '2/0798' },
    undefined,
  ]);
  const sum = batches.reduce((total, { counts }) => addCounts(total, counts), noCounts);
  expect(sum).toMatchObject({ listed: 2_000, matched: 1_000 });
});

test('it ends in the middle of a page when time is over, and leaves the rest', async () => {
  let asked = 0;
  const batches = await collect([page(1, 100, 1), page(2, 100, 1, true)], 30, () => ++asked > 1);
  expect(batches.map(({ counts }) => counts.listed)).toEqual([30, 30]);
  expect(batches.at(-1)?.rest).toEqual({ ...range, after: '1/0059' });
});

test('a page that ends with a full batch and with the time does not lose its end', async () => {
  const batches = await collect([page(1, 10, 1), page(2, 10, 1, true)], 10, () => true);
  expect(batches.map(({ counts, rest }) => [counts.listed, rest])).toEqual([
    [10, { ...range, after: '1/0009' }],
  ]);
});

test.each<[string, string | undefined, Partial<KnownObject> | undefined, object]>([
  ['was never seen', 'e', undefined, { wanted: { as: 'new' } }],
  ['has the same ETag', 'e', {}, { counts: { unchanged: 1 } }],
  ['has another ETag', 'f', {}, { wanted: { as: 'changed', knownEtag: 'e', otherwise: 'unchanged' } }],
  ['comes without an ETag', undefined, {}, { wanted: { as: 'changed', knownEtag: 'e' } }],
  ['has no ETag in the table', 'e', { etag: null }, { wanted: { as: 'changed' } }],
  ['was missing, with the same ETag', 'e', { outcome: 'missing' }, { wanted: { as: 'changed' } }],
  ['is known to be invalid', 'e', { outcome: 'invalid' }, { counts: { quarantinedBefore: 1 } }],
  [
    'was invalid and is another now',
    'f',
    { outcome: 'invalid' },
    { wanted: { otherwise: 'quarantinedBefore' } },
  ],
  ['is known and not indexed', 'e', { unindexed: ['7'] }, { counts: { unchanged: 1 }, unindexed: ['7'] }],
  [
    'was ingested by this backfill before it was cut off',
    'e',
    { isOwn: true, inserted: 2, unindexed: ['7'] },
    { counts: { new: 1, inserted: 2, indexed: 1, invalid: 0 }, unindexed: ['7'] },
  ],
  [
    'was found changed by this backfill before it was cut off',
    undefined,
    { isOwn: true, attempts: 2, inserted: 1 },
    { counts: { changed: 1, inserted: 1, indexed: 1 } },
  ],
  [
    'was quarantined by this backfill before it was cut off',
    'e',
    { isOwn: true, outcome: 'invalid' },
    { counts: { new: 1, invalid: 1 } },
  ],
])('an object that %s', (_, etag, row, expected) => {
  const result = compareObject(listed('k', 0, etag), row && { ...known, ...row });
  expect(result).toMatchObject(expected);
  if ('counts' in expected) expect(result.wanted).toBeUndefined();
});
