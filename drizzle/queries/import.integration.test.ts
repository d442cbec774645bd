import { expect, test } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { raiseBuildIds } from './build-walks.ts';
import { importBuilds, type MainBuild } from './import.ts';

const sandbox = forAllTests(createSandbox);

const row = (id: number): MainBuild => ({
  ...{ id: String(id), hash: `v1:${id}`, build: `{"build": {"id": "${id}"}}`, metadata: '{}' },
  ...{ createdAt: '2019-06-03T20:49:46.559307Z', key: null, etag: null },
});

test('what an import has inserted is new for all its attempts, and for no other import', async () => {
  const { database, pool } = sandbox.postgres;
  await pool.query(
    `insert into builds (id, build_hash, build) values (3, 'v1:3', '{}'), (4, 'v1:other', '{}')`,
  );
  await raiseBuildIds(database, '10');
  const isNew = async (ids: number[], runId: string) =>
    (await importBuilds(database, ids.map(row), 'bucket', runId)).map((build) => build.isNew);
  // The third is known already, and the fourth has its id taken.
  expect(await isNew([1, 2, 3, 4], 'run-1')).toEqual([true, true, false, true]);
  expect(await isNew([2, 3, 4, 5], 'run-1')).toEqual([true, false, true, true]);
  expect(await isNew([4, 5, 6], 'run-2')).toEqual([false, false, true]);
});
