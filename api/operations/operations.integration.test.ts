import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordObject } from '../../drizzle/queries/objects.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { outcomeOf, s3Event, send } from '../../tests/fixture/messages.ts';
import { createSilentBucket, type SilentBucket } from '../../tests/fixture/silent-bucket.ts';
import { createWorkingSandbox, type WorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import { type DeadLetterList, deadLetterList } from './dead-letter-routes.ts';
import { type IngestionRate, ingestionRateAnswer } from './rate-route.ts';
import { type OperationsState, operationsState } from './state-route.ts';
import { operate, operationsApp, token } from './testing/operations-app.ts';

let sandbox: WorkingSandbox;
let app: Hono;
let silent: SilentBucket;
let operator: ReturnType<typeof operate>;

beforeAll(async () => {
  sandbox = await createWorkingSandbox(11);
  app = operationsApp(sandbox);
  operator = operate(app);
  silent = await createSilentBucket(sandbox);
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

async function failAt(key: string): Promise<void> {
  await silent.put(key, '{"build": {}}');
  await send(sandbox, s3Event(silent.bucket, key, { sequencer: '00C3' }));
  await outcomeOf(sandbox, key);
}

describe('who may change something', () => {
  it.each([
    ['no token', { Authorization: '' }, 401, 'The token is missing'],
    ['a wrong token', { Authorization: `Bearer ${token}x` }, 401, 'The token is wrong'],
    ['the token in another form', { Authorization: token }, 401, 'The token is missing'],
    ['no name', { 'X-Operator': ' ' }, 400, 'The name of the operator is missing'],
  ])('not with %s', async (_, headers, status, message) => {
    const response = await operator.post('reindex/start', {}, headers as unknown as Record<string, string>);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });

  it('nobody where no token is set, and the answer says which variable it is', async () => {
    const response = await operator.post('reindex/start', {}, {}, operationsApp(sandbox, ''));
    expect(response.status).toBe(403);
    expect(((await response.json()) as { error: string }).error).toContain('OPERATIONS_TOKEN');
  });

  it('no page of another origin: browsers get no leave', async () => {
    const preflight = (path: string, method: string) =>
      app.request(path, {
        method: 'OPTIONS',
        headers: { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': method },
      });
    const refused = await preflight('/api/operations/reindex/start', 'POST');
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const reading = await preflight('/api/operations/state', 'GET');
    expect(reading.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const answer = await operator.post('reindex/start', 7, { Origin: 'https://elsewhere.example' });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('names everything that is wrong with a body, and does nothing', async () => {
    const before = (await operator.actions()).length;
    const response = await operator.post('backfill/start', {
      prefix: 7,
      rate_limit: -1,
      concurrency: 1.5,
      what: true,
    });
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { name: string }[] };
    expect(problems.map(({ name }) => name).sort()).toEqual(['', 'concurrency', 'prefix', 'rate_limit']);
    expect(await operator.actions()).toHaveLength(before);
  });
});

describe('state', () => {
  it('tells queue, stores and workers', async () => {
    const state = await eventually('a worker that Temporal knows', async () => {
      const answer = await operator.get<OperationsState>('/api/operations/state', operationsState);
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
    await sandbox.put('rate/buildhub.json', sandbox.freshBuild());
    await outcomeOf(sandbox, 'rate/buildhub.json');
    const last = await eventually(
      'the lag',
      async () => {
        const rate = await operator.get<IngestionRate>('/api/operations/rate?span=hour', ingestionRateAnswer);
        expect(rate.buckets).toHaveLength(60);
        return rate.buckets.find(({ builds, lag_p50_seconds: lag }) => builds > 0 && lag !== null);
      },
      30,
    );
    expect(last.lag_p50_seconds).toBeLessThan(60);
    expect(last.lag_p95_seconds).toBeGreaterThanOrEqual(last.lag_p50_seconds ?? 0);
  });
});

describe('failures', () => {
  it('of one object is retried, and gone; who did it is recorded', async () => {
    const key = 'one/buildhub.json';
    await failAt(key);
    const still = await operator.act('failures/retry-one', { bucket: silent.bucket, key, operator: 'Grace' });
    expect(still).toMatchObject({ outcome: 'invalid', reason: expect.stringContaining('required property') });
    await silent.put(key, sandbox.freshBuild());
    const answer = await operator.act('failures/retry-one', {
      bucket: silent.bucket,
      key,
      operator: 'Grace',
    });
    expect(answer).toMatchObject({
      outcome: 'ingested',
      temporal_url: expect.stringContaining('/workflows/'),
    });
    const [recorded] = await operator.actions();
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
    await silent.put('group/a/buildhub.json', sandbox.freshBuild());
    const { workflow_id } = await operator.act('retry/start', {
      scope: 'objects',
      reason_group: group?.reason,
    });
    const run = await operator.ended(workflow_id, 'retry');
    expect(run).toMatchObject({
      status: 'done',
      requested_by: 'Ada',
      title: expect.stringMatching(/^Retry of failed objects: /),
    });
    expect(run.progress?.facts).toContainEqual({ label: 'Ingested', value: 1 });
    expect((await silent.objects()).find(({ key }) => key === 'other/buildhub.json')?.attempts).toBe(1);
  });

  it('that do not exist are refused, and that is recorded too', async () => {
    const response = await operator.post('failures/retry-one', { message_id: 'nobody' });
    expect(response.status).toBe(404);
    expect((await operator.actions())[0]).toMatchObject({
      outcome: 'failed',
      result: expect.stringContaining('No unreadable message'),
    });
    expect((await operator.post('retry/start', {})).status).toBe(400);
  });
});

describe('dead letters', () => {
  it('are listed, stay where they are, and are redriven', async () => {
    const QueueUrl = sandbox.config.SQS_DEAD_LETTER_QUEUE_URL;
    await silent.put('dead/buildhub.json', sandbox.freshBuild());
    const event = s3Event(silent.bucket, 'dead/buildhub.json', { sequencer: '00D4' });
    const MessageBody = JSON.stringify(event);
    await sandbox.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { dead_letters: letters } = await operator.get<DeadLetterList>(
      '/api/operations/dead-letters',
      deadLetterList,
    );
    expect(letters).toMatchObject([{ body: MessageBody }]);
    expect(await operator.act('dead-letters/redrive', {})).toMatchObject({ moved: 1 });
    expect(await outcomeOf(sandbox, 'dead/buildhub.json')).toMatchObject({ outcome: 'ingested' });
  });
});
