import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { lastReports } from '../drizzle/queries/operation-reports.ts';
import { readBuilds } from '../schema/published-build.ts';
import { reindexWorkflowId } from '../temporal/start-reindex.ts';
import { importProgressQuery } from '../workflows/import-messages.ts';
import { reindexProgressQuery } from '../workflows/reindex-messages.ts';
import { eventually } from './fixture/eventually.ts';
import { createMainBuild } from './import-main-build.ts';
import { importStage, oldObjects } from './import-stage.ts';

const stage = importStage();

const all = oldObjects
  .slice(0, 50)
  .flatMap(({ key, body }) => readBuilds(body).map(({ text, hash }) => ({ key, text, hash })));

beforeAll(async () => {
  const { source } = stage();
  await createMainBuild(
    source,
    all.map(({ key, text, hash }, index) => ({
      ...{ id: 1_000 + index, hash, build: text, metadata: '{}', key, etag: 'e' },
      createdAt: '2021-05-05 05:05:05.123456+00',
    })),
  );
});

/** The index that a reindex makes takes no document, so that the reindex comes to no end. */
beforeEach(async () => {
  const { alias, sandbox } = stage();
  await sandbox.elasticsearch.indices.putIndexTemplate({
    name: alias,
    index_patterns: [`${alias}-*`],
    template: { settings: { 'index.blocks.write': true } },
  });
});
afterAll(async () => {
  const { alias, sandbox } = stage();
  await sandbox.elasticsearch.indices.deleteIndexTemplate({ name: alias });
});

/** Starts an import, and waits until its reindex fills the index. */
async function importThatReindexes() {
  const { alias, imports, sandbox } = stage();
  const reindex = sandbox.temporal.workflow.getHandle(reindexWorkflowId(alias));
  const handle = await imports({ reindexWorkflowId: reindex.workflowId });
  const progressOfReindex = () => reindex.query(reindexProgressQuery);
  await eventually('the reindex', async () => {
    const { phase } = await handle.query(importProgressQuery);
    if (phase !== 'reindexing') return undefined;
    const description = await reindex.describe().catch(() => undefined);
    if (description?.status.name !== 'RUNNING') return undefined;
    return (await progressOfReindex()).phase === 'filling' ? true : undefined;
  });
  return { handle, reindex, progressOfReindex };
}

test('the reindex is paused and resumed with its import, and the import reports what it verified where the reindex is cancelled', async () => {
  const { handle, reindex, progressOfReindex } = await importThatReindexes();
  await handle.signal('pause');
  await eventually('a pause', async () => (await progressOfReindex()).isPaused || undefined);
  await handle.signal('resume');
  await eventually('the end of the pause', async () => !(await progressOfReindex()).isPaused || undefined);
  await reindex.cancel();
  expect(await handle.result()).toMatchObject({
    phase: 'done',
    counts: { rows: all.length, hashEqual: all.length },
    reindex: 'The reindex was cancelled: start another one.',
  });
});

test('an import that is cancelled leaves its report, and no reindex behind', async () => {
  const { sandbox } = stage();
  const { handle, reindex } = await importThatReindexes();
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow(/cancelled/i);
  expect((await reindex.describe()).status.name).toBe('CANCELLED');
  const [kept] = await lastReports(sandbox.postgres.database, 'importBuildhub2', handle.workflowId);
  expect(JSON.parse(kept?.report ?? '')).toMatchObject({
    phase: 'cancelled',
    counts: { rows: all.length, kept: all.length },
    reindex: expect.stringContaining('after a reindex'),
  });
});
