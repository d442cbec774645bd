import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childEnvironment, loadConfig } from '../config/config.ts';
import {
  beginFilling,
  currentIndex,
  endFilling,
  ensureBuildIndex,
  fillingAlias,
  listBuildIndexes,
  makeNextIndex,
  moveAlias,
  NotFilledError,
  writeMetadata,
} from './build-index.ts';
import { createElasticsearchClient } from './client.ts';
import {
  closeSnapshot,
  isSnapshotGone,
  missingDocuments,
  openSnapshot,
  snapshotIds,
  snapshotSources,
  snapshotTarget,
  writeCheckpoint,
} from './snapshot.ts';
import { deleteDocuments, writeBuilds } from './write-builds.ts';

const client = createElasticsearchClient(loadConfig(childEnvironment()));
const { signal } = new AbortController();
let alias: string;

beforeEach(async () => {
  alias = `test-${randomBytes(5).toString('hex')}`;
  await ensureBuildIndex(client, alias, '1h');
});
afterEach(() => client.indices.delete({ index: `${alias}-*` }));
afterAll(() => client.close());

async function write(count: number, into = alias): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1));
  await writeBuilds(
    client,
    into,
    ids.map((id) => ({ id, text: '{"a":1}' })),
  );
  return ids;
}

async function allIds(snapshot: string, checkpoint?: number): Promise<string[]> {
  const all: string[] = [];
  for await (const ids of snapshotIds(client, snapshot, signal, checkpoint)) all.push(...ids);
  return all;
}

describe('a snapshot', () => {
  test('stays as it was, and knows all of its documents and what is missing', async () => {
    const ids = await write(25_000);
    const { id, documents } = await openSnapshot(client, alias);
    await writeBuilds(client, alias, [{ id: '30000', text: '{"a":1}' }]);
    await deleteDocuments(client, alias, ['7', 'never there']);
    await client.indices.refresh({ index: alias });
    expect(documents).toBe(25_000);
    expect((await allIds(id)).sort()).toEqual(ids.sort());
    expect(await missingDocuments(client, snapshotTarget(id), [...ids, '30000', 'x'])).toEqual([
      '30000',
      'x',
    ]);
    expect(await missingDocuments(client, { index: alias }, [...ids, '30000'])).toEqual(['7']);
    await closeSnapshot(client, id);
    await closeSnapshot(client, id);
  });

  test('knows what was written after a checkpoint', async () => {
    const checkpoint = () => writeCheckpoint(client, `${alias}-000001`);
    const before = await checkpoint();
    await write(3);
    const after = await checkpoint();
    await writeBuilds(client, alias, [{ id: '2', text: '{"a":2}' }]);
    const { id } = await openSnapshot(client, alias);
    expect((await allIds(id, before)).sort()).toEqual(['1', '2', '3']);
    expect(await allIds(id, after)).toEqual(['2']);
  });

  test.each(['let go', 'of an index that was deleted'])(
    'that was %s has an error of its own',
    async (how) => {
      await write(1);
      const { id } = await openSnapshot(client, alias);
      if (how === 'let go') await closeSnapshot(client, id);
      else await client.indices.delete({ index: `${alias}-000001` });
      const error = await allIds(id).catch((thrown: unknown) => thrown);
      expect(isSnapshotGone(error)).toBe(true);
      const unread = await snapshotSources(client, id, ['1'], signal).catch((thrown: unknown) => thrown);
      expect(isSnapshotGone(unread)).toBe(true);
      await ensureBuildIndex(client, alias, '1h');
      const other = await client
        .search({ index: alias, query: { range: { id: { gte: 1, format: 'x' } } }, sort: ['no'] })
        .catch((thrown: unknown) => thrown);
      expect(isSnapshotGone(other)).toBe(false);
    },
  );
});

describe('an index that is filled beside the live one', () => {
  test('is made once for a run, takes what goes to the filling alias, and becomes the live one', async () => {
    const first = await makeNextIndex(client, alias, await listBuildIndexes(client, alias), 'run');
    expect(first).toBe(`${alias}-000002`);
    expect(await makeNextIndex(client, alias, await listBuildIndexes(client, alias), 'run')).toBe(first);
    const second = await makeNextIndex(client, alias, await listBuildIndexes(client, alias), 'other');
    expect(second).toBe(`${alias}-000003`);
    await beginFilling(client, alias, first);
    await beginFilling(client, alias, second);
    await write(3, fillingAlias(alias));
    await endFilling(client, second, '5s');
    expect(await currentIndex(client, alias)).toBe(`${alias}-000001`);
    await writeMetadata(client, `${alias}-000001`, { retiredAt: 'then' });
    // A run before may have begun to fill the first.
    await expect(moveAlias(client, alias, first)).rejects.toThrow(NotFilledError);
    await moveAlias(client, alias, second);
    await moveAlias(client, alias, second);
    expect(await currentIndex(client, alias)).toBe(second);
    expect(await client.indices.existsAlias({ name: fillingAlias(alias) })).toBe(false);
    expect(await listBuildIndexes(client, alias)).toMatchObject([
      { number: 1, state: 'former', retiredAt: 'then', documents: 0 },
      { number: 2, state: 'unfinished', run: 'run', documents: 0 },
      { number: 3, state: 'live', run: 'other', documents: 3 },
    ]);
    const settings = (await client.indices.getSettings({ index: second }))[second]?.settings?.index;
    expect(settings).toMatchObject({ refresh_interval: '5s', auto_expand_replicas: '0-1' });
  });

  test('has a number of its own, also beside one that is closed', async () => {
    await client.indices.create({ index: `${alias}-000002` });
    await client.indices.close({ index: `${alias}-000002` });
    const made = await makeNextIndex(client, alias, await listBuildIndexes(client, alias), 'run');
    expect(made).toBe(`${alias}-000003`);
  });

  test('is not mistaken for that of another alias', async () => {
    await ensureBuildIndex(client, `${alias}-other`, '1h');
    expect((await listBuildIndexes(client, alias)).map(({ name }) => name)).toEqual([`${alias}-000001`]);
    expect((await listBuildIndexes(client, `${alias}-none`)).length).toBe(0);
  });
});
