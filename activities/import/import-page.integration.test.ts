import { expect, test } from 'vitest';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { importPage } from './import-page.ts';

test('a row that is nested too deeply to be parsed is imported, and reported as invalid', async () => {
  await using sandbox = await createSandbox();
  const row = {
    ...{ id: '7', hash: 'v1:deep', build: `{"deep": ${'['.repeat(150)}${']'.repeat(150)}}`, metadata: '{}' },
    ...{ createdAt: '2019-06-03T20:49:46.559307Z', key: null, etag: null },
  };
  const run = { workflowId: 'import', runId: 'run-1' };
  const counts = await importPage(sandbox.postgres.database, [row], 'bucket', run);
  expect(counts).toMatchObject({ rows: 1, inserted: 1, hashDifferent: 1, invalid: 1 });
  expect(counts.examples.invalid).toEqual([{ id: '7', text: 'Nested deeper than 100 levels' }]);
});
