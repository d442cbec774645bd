import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../tests/fixture/eventually.ts';
import { outcomeOf } from '../../tests/fixture/messages.ts';
import { createSilentBucket, type SilentBucket } from '../../tests/fixture/silent-bucket.ts';
import { createWorkingSandbox, type WorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import { indexList } from './indexes-route.ts';
import { runList } from './run-routes.ts';
import { operate, operationsApp } from './testing/operations-app.ts';

let sandbox: WorkingSandbox;
let silent: SilentBucket;
let operator: ReturnType<typeof operate>;

beforeAll(async () => {
  sandbox = await createWorkingSandbox(12);
  operator = operate(operationsApp(sandbox));
  silent = await createSilentBucket(sandbox);
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

describe('backfills', () => {
  it('start with a dry run, then for real, and are listed with operator and input', async () => {
    await silent.put('pub/x/buildhub.json', sandbox.freshBuild());
    const body = { bucket: silent.bucket, prefix: 'pub/' };
    const dry = await operator.act('backfill/start', { ...body, dry_run: true, validate: true });
    const dryRun = await operator.ended(dry.workflow_id, 'backfill');
    expect(dryRun).toMatchObject({ status: 'done', requested_by: 'Ada', input: { ...body, dry_run: true } });
    expect(dryRun.progress).toMatchObject({ dry_run: true, done: 1 });
    expect(dryRun.progress?.facts).toContainEqual({ label: 'New', value: 1 });
    const real = await operator.act('backfill/start', { ...body, keys: ['pub/x/buildhub.json'] });
    const run = await operator.ended(real.workflow_id, 'backfill');
    expect(run).toMatchObject({ status: 'done', title: `Backfill of 1 keys of s3://${silent.bucket}/pub/*` });
    expect(run.progress?.facts).toContainEqual({ label: 'Builds inserted', value: 1 });
    const keys = Array.from({ length: 500 }, (_, at) => `pub/none/${at}/buildhub.json`);
    const long = await operator.act('backfill/start', { ...body, keys, dry_run: true });
    expect(await operator.ended(long.workflow_id, 'backfill')).toMatchObject({ status: 'done', input: null });
    expect((await operator.actions())[1]?.parameters).toMatchObject({
      prefix: 'pub/',
      keys: ['pub/x/buildhub.json'],
    });
  });

  it('are paused, limited, resumed and cancelled', async () => {
    for (let at = 0; at < 30; at++) await silent.put(`slow/${at}/buildhub.json`, '{"build": {}}');
    const slow = { bucket: silent.bucket, prefix: 'slow/', rate_limit: 0.5 };
    const { workflow_id } = await operator.act('backfill/start', slow);
    const control = (body: object) => operator.act('runs/control', { workflow_id, ...body });
    const found = async (status: string) =>
      await eventually(
        `a run that is ${status}`,
        async () => {
          const { running } = await operator.get('/api/operations/runs?name=backfill', runList);
          return running.find((run) => run.workflow_id === workflow_id && run.status === status);
        },
        60,
      );
    expect((await found('running')).commands).toEqual(['pause', 'cancel', 'limit']);
    await control({ command: 'limit', per_second: 1 });
    await control({ command: 'pause' });
    const paused = await found('paused');
    expect(paused.progress).toMatchObject({ unit: 'keys', rate_limit: 1 });
    expect(paused.commands).toContain('resume');
    await control({ command: 'resume' });
    await found('running');
    await control({ command: 'cancel' });
    expect(await operator.ended(workflow_id, 'backfill')).toMatchObject({ status: 'cancelled' });
    const late = await operator.post('runs/control', { workflow_id, command: 'pause' });
    expect(late.status).toBe(409);
  });

  it('are the only runs that take commands: no ingestion can be cancelled', async () => {
    await sandbox.put('one/buildhub.json', sandbox.freshBuild());
    const { workflowId } = await outcomeOf(sandbox, 'one/buildhub.json');
    const response = await operator.post('runs/control', { workflow_id: workflowId, command: 'cancel' });
    expect(response.status).toBe(409);
    expect(((await response.json()) as { error: string }).error).toContain('is not an operation');
  });
});

describe('indexes', () => {
  it('are rebuilt, rolled back to, and dropped', async () => {
    const list = () => operator.get('/api/operations/indexes', indexList);
    const alias = sandbox.config.ELASTICSEARCH_INDEX;
    const { workflow_id } = await operator.act('reindex/start', {});
    const run = await operator.ended(workflow_id, 'reindex');
    expect(run).toMatchObject({ status: 'done', title: `Reindex of ${alias}` });
    expect((await list()).indexes.map(({ name, state }) => [name, state])).toEqual([
      [`${alias}-000001`, 'former'],
      [`${alias}-000002`, 'live'],
    ]);
    await operator.act('roll-back/start', {});
    await eventually('the former index', async () => {
      const [first] = (await list()).indexes;
      return first?.state === 'live' ? true : undefined;
    });
    await sandbox.temporal.workflow.getHandle(workflow_id ?? '').result();
    const drop = await operator.act('drop-indexes/start', { names: [`${alias}-000002`] });
    await sandbox.temporal.workflow.getHandle(drop.workflow_id ?? '').result();
    await eventually('one index', async () => ((await list()).indexes.length === 1 ? true : undefined));
  });
});
