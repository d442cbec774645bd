import { Connection, Client as TemporalClient } from '@temporalio/client';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertBuilds } from '../../drizzle/queries/insert-builds.ts';
import { recordObject } from '../../drizzle/queries/record-object.ts';
import { generateBuilds } from '../../samples/generate-builds.ts';
import type { ManagedProcess } from '../../stack/managed-process.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { type FailingProxy, startFailingProxy } from '../../tests/fixture/failing-proxy.ts';
import { outcomeOf, send } from '../../tests/fixture/messages.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { sandboxApp } from '../testing/sandbox-app.ts';
import {
  type Ingestion,
  type IngestionCounts,
  type IngestionPage,
  ingestion,
  ingestionCounts,
  ingestionPage,
} from './ingestion-schema.ts';
import { messagePage, unreadableMessage } from './message-routes.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
let proxy: FailingProxy;
let app: Hono;
let bucket: string;

const api = (changes: Partial<ApiDependencies> = {}): Hono => sandboxApp(sandbox, changes);

beforeAll(async () => {
  sandbox = await createSandbox();
  bucket = sandbox.config.S3_BUCKET;
  proxy = await startFailingProxy(sandbox.config.ELASTICSEARCH_URL);
  worker = await startBuildhub(['worker'], { ...sandbox.env, ELASTICSEARCH_URL: proxy.url });
  app = api();
});
afterAll(async () => {
  await worker?.stop();
  await proxy[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

async function get<T>(path: string, schema: { parse(value: unknown): unknown }, from = app): Promise<T> {
  const response = await from.request(path);
  const body = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status: 200 });
  // The document promises this schema.
  schema.parse(body);
  return body as T;
}
const one = (key: string, from?: Hono) => get<Ingestion>(`/api/ingestions/${bucket}/${key}`, ingestion, from);

const [build = '', another = ''] = [...generateBuilds(40, new Date('2026-01-01T00:00:00Z'), 5)]
  .map(({ body }) => body)
  .filter((body) => !body.includes('"channel": "release"'));

describe('one object', () => {
  it('is told whole once it is ingested, with the timeline of its run', async () => {
    const key = 'whole/a b/buildhub.json';
    await sandbox.put(key, build);
    await outcomeOf(sandbox, key);
    const told = await eventually('a run that has ended', async () => {
      const answer = await one('whole/a%20b/buildhub.json');
      return answer.run?.timeline?.status === 'completed' ? answer : undefined;
    });
    expect(told).toMatchObject({
      bucket,
      key,
      ingestion: {
        outcome: 'ingested',
        attempts: 1,
        url: `/api/ingestions/${bucket}/whole/a%20b/buildhub.json`,
      },
      builds: [
        {
          is_current: true,
          product: expect.any(String),
          url: expect.stringMatching(/^\/api\/records\/\d+$/),
        },
      ],
      run: { known: 'yes', note: null },
    });
    expect(told.run?.timeline?.steps.map(({ name, state }) => [name, state])).toEqual(
      ['downloadObject', 'validateBuild', 'insertBuilds', 'indexBuilds'].map((name) => [name, 'completed']),
    );
    const listed = await eventually('the run in Temporal’s list', async () => {
      const { runs } = await one('whole/a%20b/buildhub.json');
      return runs?.length ? runs : undefined;
    });
    expect(listed).toMatchObject([{ run_id: told.ingestion?.run_id }]);
    const byQuery = await get<Ingestion>(
      `/api/ingestions/object?${new URLSearchParams({ bucket, key })}`,
      ingestion,
    );
    expect(byQuery.ingestion).toEqual(told.ingestion);
  });

  it('that waits for Elasticsearch shows attempts, the last error and the next attempt', async () => {
    const key = 'waits/buildhub.json';
    proxy.fail(503);
    await sandbox.put(key, another);
    const waiting = await eventually('a step that is tried again', async () => {
      const response = await app.request(`/api/ingestions/${bucket}/${key}`);
      if (response.status !== 200) return undefined;
      const answer = (await response.json()) as Ingestion;
      const last = answer.run?.timeline?.steps.at(-1);
      return last?.state === 'waiting' && last.attempts > 1 ? answer : undefined;
    });
    ingestion.parse(waiting);
    expect(waiting.run?.timeline).toMatchObject({ status: 'running', ended_at: null });
    const [local, regular] = waiting.run?.timeline?.steps.slice(-2) ?? [];
    expect(local).toMatchObject({ name: 'indexBuilds', kind: 'local', state: 'failed', attempts: 2 });
    expect(regular).toMatchObject({
      name: 'indexBuilds',
      kind: 'regular',
      error: expect.stringMatching(/503|SlowDown/),
    });
    expect(Date.parse(regular?.next_attempt_at ?? '')).toBeGreaterThan(Date.parse(regular?.started_at ?? ''));
    proxy.fail(undefined);
    const done = await eventually(
      'the end of the run',
      async () => {
        const answer = await one(key);
        return answer.run?.timeline?.status === 'completed' ? answer : undefined;
      },
      60,
    );
    expect(done.run?.timeline?.steps.at(-1)).toMatchObject({ kind: 'regular', state: 'completed' });
  });

  it('that is invalid says why', async () => {
    const key = 'invalid/buildhub.json';
    await sandbox.put(key, '{"build": {}, "source": 7}');
    await outcomeOf(sandbox, key);
    const told = await eventually('a run that has ended', async () => {
      const answer = await one(key);
      return answer.run?.timeline?.status === 'failed' ? answer : undefined;
    });
    expect(told.ingestion).toMatchObject({
      outcome: 'invalid',
      reason: expect.stringContaining("'target' is a required property"),
    });
    expect(told.run?.timeline?.error).toContain('InvalidBuild');
    expect(told.builds).toEqual([]);
  });

  it('whose run Temporal has forgotten is told from the database', async () => {
    await recordObject(sandbox.postgres.database, {
      bucket,
      key: 'old/buildhub.json',
      workflowId: 'ingest:long-ago',
      runId: '01a20c2c-43aa-7941-af88-2ef5656c36ca',
      outcome: 'missing',
      reason: 'it was gone',
    });
    const told = await one('old/buildhub.json');
    expect(told).toMatchObject({
      ingestion: { outcome: 'missing', reason: 'it was gone' },
      run: { known: 'forgotten', timeline: null, note: expect.stringContaining('no longer has this run') },
      runs: [],
    });
  });

  it('is told without its timeline while Temporal is away', async () => {
    const away = api({
      temporal: new TemporalClient({
        connection: Connection.lazy({ address: '127.0.0.1:9', connectTimeout: 1_000 }),
      }),
    });
    const told = await one('old/buildhub.json', away);
    expect(told).toMatchObject({
      ingestion: { outcome: 'missing' },
      run: { known: 'unavailable', timeline: null },
      runs: null,
    });
    expect(told.run?.note).toContain('Temporal cannot be asked at the moment');
  });

  it('that was never seen leads to those like it', async () => {
    const response = await app.request('/api/ingestions/nowhere/a/b"c/buildhub.json');
    expect(response.status).toBe(404);
    const { error } = (await response.json()) as { error: string };
    expect(error).toContain('s3://nowhere/a/b"c/buildhub.json was never seen here');
    const link = error.slice(error.indexOf('/api/ingestions?'));
    expect((await get<IngestionPage>(link, ingestionPage)).ingestions).toEqual([]);
  });
});

describe('lists', () => {
  const states = [
    ['invalid', "download.size: '12' is not of type 'integer'"],
    ['invalid', "download.size: 1.5 is not of type 'integer'"],
    ['invalid', "download.size: '13' is not of type 'integer'; build: 1 is not of type 'object'"],
    ['missing', 'NoSuchKey 100%'],
    ['missing', undefined],
  ] as const;

  beforeAll(async () => {
    for (const [position, [outcome, reason]] of states.entries()) {
      await recordObject(sandbox.postgres.database, {
        bucket: 'list',
        key: `pub/${position}/buildhub.json`,
        workflowId: `ingest:list/${position}`,
        runId: 'run',
        outcome,
        reason,
      });
    }
    await insertBuilds(
      sandbox.postgres.database,
      { bucket: 'list', key: 'fine/buildhub.json', workflowId: 'w', runId: 'r' },
      [{ text: '{}', hash: 'v1:listed' }],
      '{}',
    );
  });

  const list = (query: string) => get<IngestionPage>(`/api/ingestions?bucket=list&${query}`, ingestionPage);
  const keys = ({ ingestions }: IngestionPage) => ingestions.map(({ key }) => key);

  it.each([
    ['', 6],
    ['outcome=invalid', 3],
    ['outcome=invalid&outcome=missing', 5],
    ['prefix=pub/', 5],
    ['prefix=pub/_', 0],
    ['reason=NOSUCHKEY%20100%25', 1],
    ['reason=no%25key', 0],
    ['workflow_id=ingest:list/3', 1],
    ['from=2100-01-01', 0],
    ['to=2020-01-01', 0],
    ['from=2020-01-01&to=2100-01-01', 6],
  ])('%s finds %d', async (query, count) => {
    expect(keys(await list(query))).toHaveLength(count);
  });

  it('pages through all, the last attempt first, nothing twice', async () => {
    const all = keys(await list('limit=500'));
    const paged: string[] = [];
    let next: string | null = '/api/ingestions?bucket=list&limit=4';
    while (next !== null) {
      const page: IngestionPage = await get<IngestionPage>(next, ingestionPage);
      paged.push(...keys(page));
      next = page.next;
    }
    expect(paged).toEqual(all);
    expect(all[0]).toBe('fine/buildhub.json');
    expect(all.slice(1)).toEqual([4, 3, 2, 1, 0].map((position) => `pub/${position}/buildhub.json`));
  });

  it('counts by outcome, and by reason whatever the value', async () => {
    const counts = await get<IngestionCounts>('/api/ingestions/counts?bucket=list', ingestionCounts);
    expect(counts.total).toBe(6);
    expect(counts.by_outcome).toEqual({ ingested: 1, unchanged: 0, invalid: 3, missing: 2 });
    expect(counts.by_reason[0]).toMatchObject({
      outcome: 'invalid',
      reason: "download.size: … is not of type 'integer'",
      example: "download.size: '12' is not of type 'integer'",
      count: 2,
    });
    expect(counts.by_reason.map(({ reason, count }) => `${count} ${reason}`).sort()).toEqual([
      '1 NoSuchKey N%',
      "1 download.size: … is not of type 'integer'; build: … is not of type 'object'",
      "2 download.size: … is not of type 'integer'",
    ]);
  });

  it('names everything that is wrong with a request', async () => {
    const response = await app.request('/api/ingestions?outcome=good&limit=9999&after=x&from=soon&what=1');
    expect(response.status).toBe(400);
    const { problems } = (await response.json()) as { problems: { name: string }[] };
    expect(problems.map(({ name }) => name).sort()).toEqual(['after', 'from', 'limit', 'outcome', 'what']);
  });
});

describe('messages that cannot be read', () => {
  it('are listed, and told whole with their run', async () => {
    const id = await send(sandbox, 'this is no event');
    const page = await eventually('the message', async () => {
      const answer = await get<{ messages: { message_id: string }[] }>(
        '/api/messages/unreadable',
        messagePage,
      );
      return answer.messages.length > 0 ? answer : undefined;
    });
    expect(page.messages).toMatchObject([{ message_id: id, body_length: 16, attempts: 1 }]);
    const whole = await get<{ run: Ingestion['run'] }>(`/api/messages/unreadable/${id}`, unreadableMessage);
    expect(whole).toMatchObject({ body: 'this is no event', run: { known: 'yes' } });
    expect((await app.request('/api/messages/unreadable/none')).status).toBe(404);
  });
});
