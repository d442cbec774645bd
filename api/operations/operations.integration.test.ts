import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createSqsClient } from '../../aws/clients.ts';
import policy from '../../deploy/aws/api-policy.json' with { type: 'json' };
import { recordObject } from '../../drizzle/queries/objects.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { outcomeOf, queueDepth, s3Event, send } from '../../tests/fixture/messages.ts';
import { putBroken } from '../../tests/fixture/put-broken.ts';
import { createSilentBucket, type SilentBucket } from '../../tests/fixture/silent-bucket.ts';
import { createWorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { messagePage, unreadableMessage } from '../ingestions/message-routes.ts';
import { mountRoutes } from '../openapi/api-route.ts';
import { deadLetterList } from './dead-letter-routes.ts';
import { indexList } from './indexes-route.ts';
import { mutationRoute } from './operations-route.ts';
import { operationsState } from './state-route.ts';
import { operate, operationsApp, token } from './testing/operations-app.ts';

const sandbox = forAllTests(() => createWorkingSandbox(11));
let app: Hono;
let silent: SilentBucket;
let operator: ReturnType<typeof operate>;

beforeAll(async () => {
  app = operationsApp(sandbox);
  operator = operate(app);
  silent = await createSilentBucket(sandbox);
});

describe('who may change something', () => {
  it.each([
    ['no token', { Authorization: '' }, 401, 'The token is missing'],
    ['a wrong token', { Authorization: `Bearer ${token}x` }, 401, 'The token is wrong'],
    ['the token in another form', { Authorization: token }, 401, 'The token is missing'],
    ['no name', { 'X-Operator': ' ' }, 400, 'The name of the operator is missing'],
  ])('not with %s', async (_, headers, status, message) => {
    const response = await operator.post('reindex/start', {}, headers as unknown as Record<string, string>);
    expect(response.status).toBe(status);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });

  it('nobody if no token is set, and the response names the setting', async () => {
    const response = await operator.post('reindex/start', {}, {}, operationsApp(sandbox, ''));
    expect(response.status).toBe(403);
    expect(((await response.json()) as { error: string }).error).toContain('OPERATIONS_TOKEN');
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

describe('what is private', () => {
  it.each(['actions', 'dead-letters'])('%s: needs the token', async (path) => {
    const ask = (headers: Record<string, string>, to = app) =>
      to.request(`/api/operations/${path}`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ Authorization: 'Bearer no' })).status).toBe(401);
    expect((await ask({}, operationsApp(sandbox, ''))).status).toBe(403);
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('messages that cannot be read, which are listed and shown whole to operators', async () => {
    const id = await send(sandbox, 'this is not an event');
    const page = await eventually('the message', async () => {
      const found = await operator.get('/api/messages/unreadable', messagePage);
      return found.messages.length > 0 ? found : undefined;
    });
    expect(page.messages).toMatchObject([{ message_id: id, body_length: 20, attempts: 1 }]);
    const path = `/api/messages/unreadable/${id}`;
    expect(await operator.get(path, unreadableMessage)).toMatchObject({ body: 'this is not an event' });
    for (const each of ['/api/messages/unreadable', path]) expect((await app.request(each)).status).toBe(401);
  });

  it('runs, without the name of the operator', async () => {
    const { workflow_id } = await operator.act('reconcile/start', { contents: 'none', extent: 'none' });
    expect(await operator.ended(workflow_id, 'reconcile')).toMatchObject({ requested_by: 'Ada' });
    const response = await (await app.request('/api/operations/runs?name=reconcile')).text();
    expect(response).toContain('"requested_by":null');
    expect(response).not.toContain('Ada');
  });
});

describe('state', () => {
  it('has queue, stores and workers', async () => {
    const state = await eventually('a worker that Temporal knows', async () => {
      const response = await operator.get('/api/operations/state', operationsState);
      return response.workers ? response : undefined;
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

  it('lists the indexes', async () => {
    const { indexes } = await operator.get('/api/operations/indexes', indexList);
    expect(indexes).toMatchObject([{ state: 'live' }]);
  });
});

describe('failures', () => {
  it('of one object is retried, and gone; who did it is recorded', async () => {
    const key = 'one/buildhub.json';
    const body = { bucket: silent.bucket, key, operator: 'Grace' };
    await putBroken(sandbox, silent, key);
    const still = await operator.act('failures/retry-one', body);
    expect(still).toMatchObject({ outcome: 'invalid', reason: expect.stringContaining('required property') });
    await silent.put(key, sandbox.freshBuild());
    const response = await operator.act('failures/retry-one', body);
    expect(response).toMatchObject({
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
      workflow_id: response.workflow_id,
    });
    expect((await operator.actions())[1]).toMatchObject({
      ...{ action: 'failures.retry-one', outcome: 'failed', result: expect.stringContaining(': invalid: ') },
    });
  });

  it('of one reason are retried together, and others are left', async () => {
    await putBroken(sandbox, silent, 'group/a/buildhub.json');
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
    expect((await operator.actions())[0]).toMatchObject({ action: 'retry.start', outcome: 'started' });
    expect((await silent.objects()).find(({ key }) => key === 'other/buildhub.json')?.attempts).toBe(1);
  });

  it('that do not exist are refused, and that is recorded too', async () => {
    const mistyped = { bucket: silent.bucket, key: 'one/buildhub.jso' };
    for (const [body, result] of [
      [{ message_id: 'nobody' }, 'No unreadable message'],
      [mistyped, 'is recorded, and S3 has no such object'],
      [{ bucket: 'a/b', key: 'x' }, 's3://a/b/x is recorded, and S3 has no such object'],
    ] as const) {
      expect((await operator.post('failures/retry-one', body)).status).toBe(404);
      const [recorded] = await operator.actions();
      expect(recorded).toMatchObject({ outcome: 'failed', result: expect.stringContaining(result) });
    }
    expect((await silent.objects()).map(({ key }) => key)).not.toContain(mistyped.key);
    expect((await operator.post('retry/start', {})).status).toBe(400);
  });
});

it('an action that takes too long is begun until it ends, and the response says that it may still be done', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const called = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<{ result: string }>();
    const { database } = sandbox.postgres;
    const config = { ...sandbox.config, OPERATIONS_TOKEN: token };
    const context = { database, config } as unknown as ApiDependencies;
    const description = {
      path: '/api/operations/slow',
      operationId: 'slow',
      summary: 'Slow',
      action: 'slow',
    };
    const slowApp = new OpenAPIHono();
    const route = mutationRoute(context, { ...description, body: z.strictObject({}) }, () => {
      called.resolve();
      return slow.promise;
    });
    mountRoutes(slowApp, [route], sandbox.logger);
    const response = operator.post('slow', {}, {}, slowApp as unknown as Hono);
    const outcome = async () => (await operator.actions()).find(({ action }) => action === 'slow')?.outcome;
    // Not before: the statement that records the action has a time limit too.
    await called.promise;
    vi.advanceTimersByTime(25_000);
    expect(await (await response).json()).toMatchObject({
      error: expect.stringContaining('may still be done'),
    });
    expect(await outcome()).toBe('begun');
    slow.resolve({ result: 'Done after all' });
    await vi.waitFor(async () => expect(await outcome()).toBe('done'), 20_000);
  } finally {
    vi.useRealTimers();
  }
});

/** What deploy/aws allows the API to do with the queues. */
const allowedByPolicy = policy.Statement.flatMap(({ Action, Resource }) =>
  [Resource].flat().flatMap((arn) => {
    const queue = arn.endsWith('-dead-letters') ? 'dead letters' : 'queue';
    return [Action].flat().map((action) => `${action} ${queue}`);
  }),
);

describe('dead letters', () => {
  it('are listed, hidden from nobody, and redriven, by the actions that the API’s policy allows', async () => {
    const QueueUrl = sandbox.config.SQS_DEAD_LETTER_QUEUE_URL ?? '';
    await silent.put('dead/buildhub.json', sandbox.freshBuild());
    const event = s3Event(silent.bucket, 'dead/buildhub.json', { sequencer: '00D4' });
    const MessageBody = JSON.stringify(event);
    const MessageAttributes = { reason: { DataType: 'String', StringValue: 'too large' } };
    await sandbox.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    const sent = new Set<string>();
    const sqs = createSqsClient(sandbox.config);
    sqs.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (request) => {
          const { QueueUrl: url } = request.input as { QueueUrl: string };
          const action = commandName.replace(/(Batch)?Command$/, '');
          sent.add(`sqs:${action} ${url === QueueUrl ? 'dead letters' : 'queue'}`);
          return await next(request);
        },
      { step: 'initialize' },
    );
    const { get, act } = operate(operationsApp(sandbox, token, { sqs }));
    await get('/api/operations/state', operationsState);
    const list = () => get('/api/operations/dead-letters', deadLetterList);
    expect((await list()).dead_letters).toMatchObject([{ body: MessageBody, reason: 'too large' }]);
    expect(await queueDepth(sandbox, QueueUrl)).toEqual({ visible: 1, inFlight: 0 });
    expect(await act('dead-letters/redrive', {})).toMatchObject({ moved: 1 });
    expect((await list()).dead_letters).toEqual([]);
    expect(await outcomeOf(sandbox, 'dead/buildhub.json')).toMatchObject({ outcome: 'ingested' });
    expect([...sent].sort()).toEqual([
      'sqs:DeleteMessage dead letters',
      'sqs:GetQueueAttributes dead letters',
      'sqs:GetQueueAttributes queue',
      'sqs:ReceiveMessage dead letters',
      'sqs:SendMessage queue',
    ]);
    expect(allowedByPolicy).toEqual(expect.arrayContaining([...sent]));
  });
});
