import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childEnvironment } from '../config/config.ts';
import { readMetrics } from '../deploy/testing/promql.ts';
import { readPanels } from '../deploy/testing/read-dashboard.ts';
import { readAlerts } from '../deploy/testing/read-rules.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { linesOf, urlOf } from '../tests/fixture/buildhub-process.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { startFailingProxy } from '../tests/fixture/failing-proxy.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { outcomeOf, send } from '../tests/fixture/messages.ts';
import { createSandbox } from '../tests/fixture/sandbox.ts';
import { startWorkflow } from '../tests/fixture/start-operations.ts';
import { startThreeProcesses } from './testing/three-processes.ts';
import { type ReceivedSpan, startTraceCollector } from './testing/trace-collector.ts';

/*
 * Traces, metrics and logs of worker, poller and API as three processes. What is put in makes every metric appear that is
 * on the dashboard or in an alert: builds, one of which S3 refuses at first, an invalid one, an unreadable message, a dead
 * letter, a search, and a workflow that no worker knows.
 */

const sandbox = forAllTests(createSandbox);
const collector = forAllTests(startTraceCollector);
const s3 = forAllTests(() => startFailingProxy(childEnvironment().AWS_ENDPOINT_URL_S3 ?? ''));
const processes = forAllTests(() =>
  startThreeProcesses(sandbox, {
    AWS_ENDPOINT_URL_S3: s3.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    // Batches are sent soon, so that the test need not wait for five seconds.
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,k8s.pod.name=pod-1',
  }),
);
let lost: WorkflowHandle;
const bodies = [...generateBuilds(20, new Date('2026-04-01T00:00:00Z'), 777)].map(({ body }) => body);

beforeAll(async () => {
  await sandbox.put('bad/buildhub.json', '{}');
  await send(sandbox, 'no event');
  await sandbox.sqs.send(
    new SendMessageCommand({ QueueUrl: sandbox.config.SQS_DEAD_LETTER_QUEUE_URL, MessageBody: 'dead' }),
  );
  lost = await sandbox.temporal.workflow.start('noSuchWorkflow', {
    workflowId: `observability-lost-${sandbox.config.TEMPORAL_TASK_QUEUE}`,
    taskQueue: sandbox.config.TEMPORAL_TASK_QUEUE,
  });
  await outcomeOf(sandbox, 'bad/buildhub.json');
  await fetch(`${urlOf(processes.api)}/api/search`, { method: 'POST', body: '{"size":0}' });
});

afterAll(() => lost?.terminate('end of the test'));

/** The spans of the trace that a key's message began, once its workflow's span, which ends last, has come. */
async function traceOf(key: string): Promise<ReceivedSpan[]> {
  return await eventually(`the trace of ${key}`, () => {
    const root = collector.spans.find(
      ({ name, attributes }) => name === 'SQS message' && attributes['aws.s3.key'] === key,
    );
    const spans = collector.spans.filter(({ traceId }) => traceId === root?.traceId);
    const names = spans.map(({ name }) => name);
    return names.includes('RunWorkflow:ingestMessage') && names.includes('SQS.DeleteMessageBatch') && spans;
  });
}

/** The names of a span and all its ancestors, the root first. */
function pathOf(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? pathOf(parent, spans) : []), span.name];
}

function pathsOf(spans: readonly ReceivedSpan[]): string[] {
  return spans.map((span) => pathOf(span, spans).join(' > '));
}

test('one build is one trace, from its message through both processes into every store', async () => {
  const key = 'one/buildhub.json';
  const [body = ''] = bodies;
  await sandbox.put(key, body);
  await outcomeOf(sandbox, key);
  const spans = await traceOf(key);
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === '');
  expect(roots.map(({ name }) => name)).toEqual(['SQS message']);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  for (const { name, parentSpanId } of spans)
    expect(parentSpanId === '' || ids.has(parentSpanId), `the parent of ${name} is in its trace`).toBe(true);
  expect(new Set(spans.map(({ service }) => service))).toEqual(
    new Set(['buildhub-poller', 'buildhub-worker']),
  );
  // Spans of the workflow too, which are made elsewhere.
  for (const { name, resource } of spans)
    expect(resource, name).toMatchObject({
      'deployment.environment.name': 'test',
      'k8s.pod.name': 'pod-1',
      'service.version': expect.any(String),
    });

  const run = 'SQS message > StartWorkflow:ingestMessage > RunWorkflow:ingestMessage';
  const step = (name: string) => `${run} > StartActivity:${name} > RunActivity:${name}`;
  const paths = pathsOf(spans);
  expect(paths).toEqual(
    expect.arrayContaining([
      step('downloadObject'),
      `${step('downloadObject')} > S3.GetObject`,
      step('validateBuild'),
      step('insertBuilds'),
      `${step('insertBuilds')} > PostgreSQL insert`,
      step('indexBuilds'),
      `${step('indexBuilds')} > PostgreSQL update`,
      'SQS message > SQS.DeleteMessageBatch',
    ]),
  );
  expect(paths.find((path) => path.startsWith(`${step('indexBuilds')} > bulk`))).toBeDefined();
  expect(spans.filter(({ failed }) => failed)).toEqual([]);
});

test('its spans have the ids of what they are about', async () => {
  const key = 'two/buildhub.json';
  const [, body = ''] = bodies;
  await sandbox.put(key, body);
  const { workflowId, runId } = await outcomeOf(sandbox, key);
  const spans = await traceOf(key);
  const attributesOf = (name: string) => spans.find((span) => span.name === name)?.attributes;
  const object = { 'aws.s3.bucket': sandbox.config.S3_BUCKET, 'aws.s3.key': key };
  const message = { 'messaging.message.id': expect.stringMatching(/^[0-9a-f-]{36}$/) };
  const workflow = { temporalWorkflowId: workflowId };
  expect(attributesOf('SQS message')).toMatchObject({ ...message, ...object, ...workflow });
  expect(attributesOf('RunWorkflow:ingestMessage')).toMatchObject({ ...workflow, run_id: runId });
  expect(attributesOf('RunActivity:downloadObject')).toMatchObject({ ...message, ...object, ...workflow });
  expect(attributesOf('S3.GetObject')).toMatchObject({ ...object, 'rpc.method': 'GetObject' });
  expect(attributesOf('PostgreSQL insert')).toMatchObject({
    'db.query.text': expect.stringMatching(/^\s*insert into/i),
  });
  expect(attributesOf('RunActivity:indexBuilds')).toMatchObject({
    ...object,
    'buildhub.build_hash': readBuilds(body)[0]?.hash,
  });
});

test('attempts that fail and the one that succeeds are in the same trace', async () => {
  const key = 'three/buildhub.json';
  s3.fail(503);
  await sandbox.put(key, bodies[2] ?? '');
  await eventually('three attempts', () => s3.failures >= 3);
  s3.fail(undefined);
  await outcomeOf(sandbox, key);
  const attempts = (await traceOf(key)).filter(({ name }) => name === 'RunActivity:downloadObject');
  expect(attempts.length).toBeGreaterThan(3);
  expect(attempts.filter(({ failed }) => !failed)).toHaveLength(1);
});

test('an idle poller makes no spans of its long polls', () => {
  expect(collector.spans.filter(({ name }) => name === 'SQS.ReceiveMessage')).toEqual([]);
});

async function scrape(process: ManagedProcess): Promise<string[]> {
  const response = await fetch(`${urlOf(process)}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return (await response.text()).split('\n');
}

function nameOf(series: string): string {
  return series.replace(/[{ ].*$/, '').replace(/_(bucket|sum|count)$/, '');
}

/** Names of the metrics that have a value in one of the processes. */
async function exported(): Promise<Set<string>> {
  const pages = await Promise.all(processes.all.map(scrape));
  return new Set(
    pages
      .flat()
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(nameOf),
  );
}

test('every metric that the dashboard shows or an alert is about is exported by a running system', async () => {
  const expressions = [
    ...readAlerts().map(({ expr }) => expr),
    ...readPanels().flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const wanted = new Set(expressions.flatMap(readMetrics));
  // Temporal's SDK has it only once a request has failed.
  wanted.delete('temporal_request_failure_total');
  expect(wanted.size).toBeGreaterThan(40);
  await eventually('every metric', async () => {
    const names = await exported();
    const missing = [...wanted].filter((name) => !names.has(name));
    if (missing.length > 0) throw new Error(`Not exported: ${missing.join(', ')}`);
    return true;
  });
});

test('a page holds each metric once, with its help and type, Temporal’s own among them', async () => {
  for (const process of processes.all) {
    const lines = await scrape(process);
    const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
    expect(new Set(types).size).toBe(types.length);
    const helps = new Set(
      lines.filter((line) => line.startsWith('# HELP ')).map((line) => line.split(' ')[2]),
    );
    for (const type of types) expect(helps).toContain(type);
    expect(lines.filter((line) => line.startsWith('# Left out'))).toEqual([]);
  }
  expect((await scrape(processes.worker)).filter((line) => line.startsWith('temporal_'))).not.toEqual([]);
});

/** The value of a series, by its name and some of its labels. */
function valueIn(lines: readonly string[], name: string, ...labels: string[]): number | undefined {
  const line = lines.find(
    (one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)),
  );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test('the worker counts objects and messages by outcome, and how late a build became searchable', async () => {
  const lines = await eventually('all messages to be counted', async () => {
    const page = await scrape(processes.worker);
    const messages = ['ingested', 'invalid', 'unreadable'].map((outcome) =>
      valueIn(page, 'buildhub_ingestion_messages_total', `outcome="${outcome}"`),
    );
    return String(messages) === '3,1,1' ? page : undefined;
  });
  const objects = (outcome: string) =>
    valueIn(lines, 'buildhub_ingestion_objects_total', `outcome="${outcome}"`);
  expect(['ingested', 'invalid', 'missing', 'unchanged'].map(objects)).toEqual([3, 1, 0, 0]);
  // A series that begins as 0 is continued, and has no twin with other labels.
  expect(lines.filter((line) => line.startsWith('buildhub_ingestion_objects_total{'))).toHaveLength(4);
  expect(valueIn(lines, 'buildhub_ingestion_put_to_indexed_seconds_count')).toBe(3);
  expect(valueIn(lines, 'buildhub_ingestion_put_to_indexed_seconds_sum')).toBeGreaterThan(0.05);
  expect(valueIn(lines, 'buildhub_ingestion_put_to_indexed_seconds_bucket', 'le="86400"')).toBe(3);
  const inserted = valueIn(lines, 'buildhub_builds_inserted_total', 'activityType="insertBuilds"');
  expect(inserted).toBeGreaterThanOrEqual(3);
  expect(valueIn(lines, 'buildhub_builds_indexed_total', 'activityType="indexBuilds"')).toBe(inserted);
});

test('the worker counts the builds and keys of operations', async () => {
  const { postgres, elasticsearch, temporal, config } = sandbox;
  const run = async (name: string, input: object = {}) =>
    await (await startWorkflow(temporal, name, config, input)).result();
  const bucket = config.S3_BUCKET;
  await postgres.pool.query(`update builds set indexed_at = null, created_at = now() - interval '1 hour'
    where s3_key = 'two/buildhub.json'`);
  const { rows: three } = await postgres.pool.query<{ id: string }>(
    `select id::text from builds where s3_key = 'three/buildhub.json' limit 1`,
  );
  await elasticsearch.delete({ index: config.ELASTICSEARCH_INDEX, id: three[0]?.id ?? '' });
  await run('reconcile', { bucket, repair: true, contents: 'none', extent: 'none', graceSeconds: 0 });
  await postgres.pool.query(`delete from s3_objects where key = 'one/buildhub.json'`);
  await postgres.pool.query(`delete from builds where s3_key = 'one/buildhub.json'`);
  await run('backfill', { bucket, source: { kind: 'listing', prefix: '' } });
  await run('reindex');
  const lines = await scrape(processes.worker);
  const keys = (state: string) => valueIn(lines, 'buildhub_backfill_keys_total', `state="${state}"`);
  expect(['listed', 'matched', 'new'].map(keys)).toEqual([4, 4, 1]);
  const inserted = valueIn(lines, 'buildhub_builds_inserted_total', 'activityType="backfillRange"');
  expect(inserted).toBeGreaterThanOrEqual(1);
  expect(valueIn(lines, 'buildhub_builds_indexed_total', 'activityType="backfillRange"')).toBe(inserted);
  for (const activity of ['repairUnindexed', 'rewriteDocuments'])
    expect(valueIn(lines, 'buildhub_builds_indexed_total', `activityType="${activity}"`)).toBeGreaterThan(0);
  const { rows } = await postgres.pool.query<{ total: number }>('select count(*)::int as total from builds');
  expect(valueIn(lines, 'buildhub_builds_indexed_total', 'activityType="fillRange"')).toBe(rows[0]?.total);
});

test('lines of poller and worker about one build are joined by its ids', async () => {
  const key = 'bad/buildhub.json';
  const about = (process: ManagedProcess) => linesOf(process).filter((line) => line.key === key);
  await eventually('the end of the workflow', () =>
    about(processes.worker).some(({ msg }) => msg === 'Workflow failed'),
  );
  const [started] = about(processes.poller);
  const { messageId, workflowId } = started ?? {};
  expect(started).toMatchObject({ bucket: sandbox.config.S3_BUCKET, messageId: expect.any(String) });
  const lines = about(processes.worker);
  expect(lines.map(({ msg }) => msg)).toEqual(['Message dealt with', 'Workflow failed']);
  for (const line of lines) expect(line).toMatchObject({ messageId, workflowId, runId: expect.any(String) });
  const good = linesOf(processes.worker).find((line) => line.key === 'one/buildhub.json');
  expect(good).toMatchObject({ buildHash: expect.stringMatching(/^v1:/) });
});
