import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordObject } from '../../drizzle/queries/record-object.ts';
import { generateBuilds } from '../../samples/generate-builds.ts';
import type { ManagedProcess } from '../../stack/managed-process.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { outcomeOf, s3Event, send } from '../../tests/fixture/messages.ts';
import { runBuildhub } from '../../tests/fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from '../../tests/fixture/silent-bucket.ts';
import { type DeadLetterList, deadLetterList } from './dead-letter-routes.ts';
import { type IngestionRate, ingestionRateAnswer } from './rate-route.ts';
import { type IndexList, indexList } from './reindex-routes.ts';
import { type RunList, runList } from './run-routes.ts';
import { type OperationsState, operationsState } from './state-route.ts';
import { operate, operationsApp, token } from './testing/operations-app.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
let app: Hono;
let silent: SilentBucket;
type Operate = ReturnType<typeof operate>;
let operator: Operate;

const get: Operate['get'] = (path, schema) => operator.get(path, schema);
const post: Operate['post'] = (...request) => operator.post(...request);
const act: Operate['act'] = (path, body) => operator.act(path, body);
const actions = () => operator.actions();
const ended: Operate['ended'] = (workflowId, kind) => operator.ended(workflowId, kind);

beforeAll(async () => {
  sandbox = await createSandbox();
  worker = await startBuildhub(['worker'], sandbox.env);
  app = operationsApp(sandbox);
  operator = operate(app);
  silent = await createSilentBucket(sandbox);
});
afterAll(async () => {
  await worker?.stop();
  await sandbox?.[Symbol.asyncDispose]();
});

async function failAt(key: string): Promise<void> {
  await silent.put(key, '{"build": {}}');
  await send(sandbox, s3Event(silent.bucket, key, { sequencer: '00C3' }));
  await outcomeOf(sandbox, key);
}

const builds = [...generateBuilds(40, new Date('2026-01-01T00:00:00Z'), 11)]
  .map(({ body }) => body)
  .filter((body) => !body.includes('"channel": "release"'));

describe('who may change something', () => {
  it.each([
    ['no token', { Authorization: '' }, 401, 'The token is missing'],
    ['a wrong token', { Authorization: `Bearer ${token}x` }, 401, 'The token is wrong'],
    ['the token in another form', { Authorization: token }, 401, 'The token is missing'],
    ['no name', { 'X-Operator': ' ' }, 400, 'Say who you are'],
  ])('not with %s', async (_, headers, status, message) => {
    const response = await post('reindexes', {}, headers as unknown as Record<string, string>);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });

  it('nobody where no token is set, and the answer says which variable it is', async () => {
    const response = await post('reindexes', {}, {}, operationsApp(sandbox, ''));
    expect(response.status).toBe(403);
    expect(((await response.json()) as { error: string }).error).toContain('OPERATIONS_TOKEN');
  });

  it('no page of another origin: browsers get no leave', async () => {
    const preflight = (path: string, method: string) =>
      app.request(path, {
        method: 'OPTIONS',
        headers: { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': method },
      });
    const refused = await preflight('/api/operations/reindexes', 'POST');
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const reading = await preflight('/api/operations/state', 'GET');
    expect(reading.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const answer = await post('reindexes', 7, { Origin: 'https://elsewhere.example' });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('names everything that is wrong with a body, and does nothing', async () => {
    const before = (await actions()).length;
    const response = await post('backfills', { prefix: 7, per_second: -1, concurrency: 1.5, what: true });
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { name: string }[] };
    expect(problems.map(({ name }) => name).sort()).toEqual(['', 'concurrency', 'per_second', 'prefix']);
    expect(await actions()).toHaveLength(before);
  });
});

describe('state', () => {
  it('tells queue, stores and workers', async () => {
    const state = await eventually('a worker that Temporal knows', async () => {
      const answer = await get<OperationsState>('/api/operations/state', operationsState);
      return answer.workers ? answer : undefined;
    });
    expect(state).toMatchObject({
      queue: { waiting: expect.any(Number), in_flight: expect.any(Number) },
      dead_letters: { waiting: 0 },
      unindexed: 0,
      can_write: true,
      bucket: sandbox.config.S3_BUCKET,
      problems: [],
    });
  });

  it('has rate and lag by the minute', async () => {
    await sandbox.put('rate/buildhub.json', builds[0] ?? '');
    await outcomeOf(sandbox, 'rate/buildhub.json');
    const last = await eventually(
      'the lag',
      async () => {
        const rate = await get<IngestionRate>('/api/operations/rate?span=hour', ingestionRateAnswer);
        expect(rate.buckets).toHaveLength(60);
        return rate.buckets.find(({ objects, builds: inserted }) => objects > 0 && inserted > 0);
      },
      30,
    );
    expect(last.lag_mean_seconds).toBeLessThan(60);
    expect(last.lag_max_seconds).toBeGreaterThanOrEqual(last.lag_mean_seconds ?? 0);
  });
});

describe('failures', () => {
  it('of one object is retried, and gone; who did it is recorded', async () => {
    const key = 'one/buildhub.json';
    await failAt(key);
    const still = await act('failures/retry-one', { bucket: silent.bucket, key, who: 'Grace' });
    expect(still).toMatchObject({ outcome: 'invalid', reason: expect.stringContaining('required property') });
    await silent.put(key, builds[1] ?? '');
    const answer = await act('failures/retry-one', { bucket: silent.bucket, key, who: 'Grace' });
    expect(answer).toMatchObject({
      outcome: 'ingested',
      temporal_url: expect.stringContaining('/workflows/'),
    });
    const [recorded] = await actions();
    expect(recorded).toMatchObject({
      operator: 'Grace',
      via: 'api',
      action: 'failures.retry-one',
      parameters: { bucket: silent.bucket, key },
      outcome: 'done',
      result: `s3://${silent.bucket}/${key}: ingested`,
      workflow_id: answer.workflow_id,
    });
  });

  it('of one reason are retried together, and others are left', async () => {
    await failAt('group/a/buildhub.json');
    await recordObject(sandbox.postgres.database, {
      bucket: silent.bucket,
      key: 'other/buildhub.json',
      workflowId: 'ingest:other',
      runId: 'run',
      outcome: 'missing',
      reason: 'NoSuchKey',
    });
    const counts = await (await app.request(`/api/ingestions/counts?bucket=${silent.bucket}`)).json();
    const group = (counts as { by_reason: { outcome: string; reason: string }[] }).by_reason.find(
      ({ outcome }) => outcome === 'invalid',
    );
    await silent.put('group/a/buildhub.json', builds[2] ?? '');
    const { workflow_id } = await act('failures/retry', { objects: { reason_group: group?.reason } });
    const run = await ended(workflow_id, 'retry');
    expect(run).toMatchObject({ status: 'done', requested_by: 'Ada', title: 'Retry of failures' });
    expect(run.facts).toContainEqual({ label: 'ingested', value: 1 });
    expect((await silent.objects()).find(({ key }) => key === 'other/buildhub.json')?.attempts).toBe(1);
  });

  it('that do not exist are refused, and that is recorded too', async () => {
    const response = await post('failures/retry-one', { message_id: 'nobody' });
    expect(response.status).toBe(404);
    expect((await actions())[0]).toMatchObject({
      outcome: 'failed',
      result: expect.stringContaining('No unreadable message'),
    });
    expect((await post('failures/retry', {})).status).toBe(400);
  });
});

describe('the command line', () => {
  it('records what it does, also what it could not do', async () => {
    await runBuildhub(['backfill', 'start', '--bucket', silent.bucket, '--dry-run'], sandbox.env);
    const [begun] = await actions();
    expect(begun).toMatchObject({
      via: 'command line',
      action: 'backfill.start',
      parameters: { bucket: silent.bucket, dryRun: true },
      outcome: 'done',
      result: expect.stringMatching(/^ended/),
    });
    await runBuildhub(['backfill', 'pause'], sandbox.env);
    expect((await actions())[0]).toMatchObject({
      action: 'backfill.pause',
      outcome: 'failed',
      result: 'No backfill is running.',
    });
    await runBuildhub(['failures', 'list'], sandbox.env);
    expect((await actions())[0]).toMatchObject({ action: 'backfill.pause' });
  });
});

describe('backfills', () => {
  it('are begun with a dry run, then for real, and listed with who wanted them', async () => {
    await silent.put('pub/x/buildhub.json', builds[3] ?? '');
    const body = { bucket: silent.bucket, prefix: 'pub/' };
    const dry = await act('backfills', { ...body, dry_run: true, validate: true });
    const dryRun = await ended(dry.workflow_id, 'backfill');
    expect(dryRun).toMatchObject({ status: 'done', is_dry_run: true, requested_by: 'Ada' });
    expect(dryRun.facts).toContainEqual({ label: 'new, would be ingested', value: 1 });
    const real = await act('backfills', { ...body, keys: ['pub/x/buildhub.json'] });
    const run = await ended(real.workflow_id, 'backfill');
    expect(run).toMatchObject({ status: 'done', title: `Backfill of s3://${silent.bucket}/pub/*` });
    expect(run.facts).toContainEqual({ label: 'builds inserted', value: 1 });
    expect((await actions())[0]?.parameters).toMatchObject({ prefix: 'pub/', keys: '1 keys' });
  });

  it('are paused, limited, resumed and cancelled', async () => {
    for (let at = 0; at < 30; at++) await silent.put(`slow/${at}/buildhub.json`, '{"build": {}}');
    const { workflow_id } = await act('backfills', {
      bucket: silent.bucket,
      prefix: 'slow/',
      per_second: 0.5,
    });
    const control = (body: object) => act('runs/control', { workflow_id, ...body });
    const found = async (status: string) =>
      await eventually(
        `a run that is ${status}`,
        async () => {
          const { running } = await get<RunList>('/api/operations/runs?kind=backfill', runList);
          return running.find((run) => run.workflow_id === workflow_id && run.status === status);
        },
        60,
      );
    expect((await found('running')).commands).toEqual(['pause', 'cancel', 'limit']);
    await control({ command: 'limit', per_second: 1 });
    await control({ command: 'pause' });
    const paused = await found('paused');
    expect(paused.facts).toContainEqual({ label: 'limit, objects read per second', value: 1 });
    expect(paused.commands).toContain('resume');
    await control({ command: 'resume' });
    await found('running');
    await control({ command: 'cancel' });
    expect(await ended(workflow_id, 'backfill')).toMatchObject({ status: 'cancelled' });
    const late = await post('runs/control', { workflow_id, command: 'pause' });
    expect(late.status).toBe(409);
  });

  it('share the limit with retries, and nothing else has one', async () => {
    for (let at = 0; at < 12; at++)
      await recordObject(sandbox.postgres.database, {
        bucket: silent.bucket,
        key: `limited/${at}/buildhub.json`,
        workflowId: 'ingest:limited',
        runId: 'run',
        outcome: 'missing',
        reason: 'NoSuchKey',
      });
    const { workflow_id } = await act('failures/retry', {
      objects: { prefix: 'limited/' },
      per_second: 0.2,
    });
    const limited = (perSecond: number | null) =>
      operator.run(`a limit of ${perSecond}`, 'retry', ({ running }) =>
        running.find((run) => run.workflow_id === workflow_id && run.limit?.per_second === perSecond),
      );
    expect(await limited(0.2)).toMatchObject({
      limit: { unit: 'retries begun' },
      commands: ['pause', 'cancel', 'limit'],
    });
    const control = (body: object) => act('runs/control', { workflow_id, command: 'limit', ...body });
    expect((await control({ per_second: 0.3 })).result).toBe('at most 0.3 per second from now on');
    await limited(0.3);
    expect((await control({ per_second: null })).result).toBe('no limit any more');
    expect(await ended(workflow_id, 'retry')).toMatchObject({ status: 'done' });
  });

  it('are all that can be told anything: no ingestion can be cancelled', async () => {
    const { workflowId } = await outcomeOf(sandbox, 'one/buildhub.json');
    const response = await post('runs/control', { workflow_id: workflowId, command: 'cancel' });
    expect(response.status).toBe(409);
    expect(((await response.json()) as { error: string }).error).toContain('no operation');
  });
});

describe('indexes', () => {
  it('are built anew, returned to, and dropped', async () => {
    const list = () => get<IndexList>('/api/operations/indexes', indexList);
    const alias = sandbox.config.ELASTICSEARCH_INDEX;
    const { workflow_id } = await act('reindexes', {});
    const run = await ended(workflow_id, 'reindex');
    expect(run).toMatchObject({ status: 'done', title: `Reindex of ${alias}` });
    expect((await list()).indexes.map(({ name, state }) => [name, state])).toEqual([
      [`${alias}-000001`, 'former'],
      [`${alias}-000002`, 'live'],
    ]);
    await act('reindexes/roll-back', {});
    await eventually('the former index', async () => {
      const [first] = (await list()).indexes;
      return first?.state === 'live' ? true : undefined;
    });
    await sandbox.temporal.workflow.getHandle(workflow_id ?? '').result();
    const drop = await act('indexes/drop', { names: [`${alias}-000002`] });
    await sandbox.temporal.workflow.getHandle(drop.workflow_id ?? '').result();
    await eventually('one index', async () => ((await list()).indexes.length === 1 ? true : undefined));
  });

  it('are built no faster than was said, which is changed while one is', async () => {
    const { workflow_id } = await act('reindexes', { per_second: 0.05, lanes: 1 });
    const limited = (perSecond: number) =>
      operator.run(`a limit of ${perSecond}`, 'reindex', ({ running }) =>
        running.find((run) => run.workflow_id === workflow_id && run.limit?.per_second === perSecond),
      );
    expect(await limited(0.05)).toMatchObject({
      limit: { unit: 'documents written' },
      commands: ['pause', 'cancel', 'limit'],
    });
    await act('runs/control', { workflow_id, command: 'limit', per_second: 0.07 });
    await limited(0.07);
    await act('runs/control', { workflow_id, command: 'cancel' });
    await operator.run('the end of it', 'reindex', ({ ended: all }) =>
      all.find((run) => run.workflow_id === workflow_id && run.status === 'cancelled'),
    );
  });
});

describe('dead letters', () => {
  it('are shown, stay where they are, and are sent back', async () => {
    const QueueUrl = sandbox.config.SQS_DEAD_LETTER_QUEUE_URL;
    const event = s3Event(silent.bucket, 'pub/x/buildhub.json', { sequencer: '00D4' });
    const MessageBody = JSON.stringify(event);
    await sandbox.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { dead_letters: letters } = await get<DeadLetterList>(
      '/api/operations/dead-letters',
      deadLetterList,
    );
    expect(letters).toMatchObject([{ body: MessageBody }]);
    expect(await act('dead-letters/send-back', { message_ids: [letters[0]?.message_id] })).toMatchObject({
      sent: 1,
    });
    await eventually('the object to be looked at again', async () => {
      const objects = await silent.objects();
      return objects.find(({ key, attempts }) => key === 'pub/x/buildhub.json' && attempts > 1);
    });
  });
});
