import { afterAll, beforeAll, expect, test } from 'vitest';
import { childEnvironment } from '../../config/config.ts';
import { generateBuilds } from '../../samples/generate-builds.ts';
import { readBuilds } from '../../schema/published-build.ts';
import type { ManagedProcess } from '../../stack/managed-process.ts';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { type FailingProxy, startFailingProxy } from '../../tests/fixture/failing-proxy.ts';
import { outcomeOf } from '../../tests/fixture/messages.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { type ReceivedSpan, startTraceCollector, type TraceCollector } from '../testing/trace-collector.ts';

let sandbox: Sandbox;
let collector: TraceCollector;
let s3: FailingProxy;
let processes: ManagedProcess[];
const bodies = [...generateBuilds(20, new Date('2026-04-01T00:00:00Z'), 777)].map(({ body }) => body);

beforeAll(async () => {
  sandbox = await createSandbox();
  collector = await startTraceCollector();
  s3 = await startFailingProxy(childEnvironment().AWS_ENDPOINT_URL_S3 ?? '');
  // Batches are sent soon, so that the test need not wait for five seconds.
  const env = {
    ...sandbox.env,
    AWS_ENDPOINT_URL_S3: s3.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,k8s.pod.name=pod-1',
  };
  processes = await Promise.all([
    startBuildhub(['worker', '--no-poller'], env),
    startBuildhub(['poller'], env),
  ]);
});

afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await s3[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

/** The spans of the trace that a key's message began, once its workflow's span, which ends last, has come. */
async function traceOf(key: string): Promise<ReceivedSpan[]> {
  return await eventually(`the trace of ${key}`, () => {
    const root = collector.spans.find(
      ({ name, attributes }) => name === 'SQS message' && attributes['aws.s3.key'] === key,
    );
    const spans = collector.spans.filter(({ traceId }) => traceId === root?.traceId);
    const names = spans.map(({ name }) => name);
    return names.includes('RunWorkflow:ingestMessage') && names.includes('SQS.DeleteMessageBatch')
      ? spans
      : undefined;
  });
}

/** The names of a span and all above it, the root first. */
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
    expect(parentSpanId === '' || ids.has(parentSpanId), `${name} hangs below a span of its trace`).toBe(
      true,
    );
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

test('its spans say what they are about', async () => {
  const key = 'two/buildhub.json';
  const [, body = ''] = bodies;
  await sandbox.put(key, body);
  const { workflowId, runId } = await outcomeOf(sandbox, key);
  const spans = await traceOf(key);
  const attributesOf = (name: string) => spans.find((span) => span.name === name)?.attributes;
  const bucket = sandbox.config.S3_BUCKET;
  const object = { 'aws.s3.bucket': bucket, 'aws.s3.key': key };
  const message = { 'messaging.message.id': expect.stringMatching(/^[0-9a-f-]{36}$/) };
  expect(attributesOf('SQS message')).toMatchObject({
    ...message,
    ...object,
    temporalWorkflowId: workflowId,
    'messaging.system': 'aws_sqs',
  });
  expect(attributesOf('RunWorkflow:ingestMessage')).toEqual({
    temporalWorkflowId: workflowId,
    run_id: runId,
    workflowType: 'ingestMessage',
    attempt: '1',
  });
  expect(attributesOf('RunActivity:downloadObject')).toMatchObject({
    ...message,
    ...object,
    temporalWorkflowId: workflowId,
    run_id: runId,
  });
  expect(attributesOf('S3.GetObject')).toMatchObject({
    ...object,
    'rpc.system': 'aws-api',
    'rpc.service': 'S3',
    'rpc.method': 'GetObject',
  });
  expect(attributesOf('SQS.DeleteMessageBatch')).toMatchObject({
    'aws.sqs.queue.url': sandbox.config.SQS_QUEUE_URL,
  });
  expect(attributesOf('PostgreSQL insert')).toMatchObject({
    'db.system.name': 'postgresql',
    'db.operation.name': 'insert',
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
  await eventually('three attempts', () => (s3.failures >= 3 ? true : undefined));
  s3.fail(undefined);
  await outcomeOf(sandbox, key);
  const attempts = (await traceOf(key)).filter(({ name }) => name === 'RunActivity:downloadObject');
  expect(attempts.length).toBeGreaterThan(3);
  expect(attempts.filter(({ failed }) => !failed)).toHaveLength(1);
});

test('an idle poller makes no trace of its long polls', () => {
  expect(collector.spans.filter(({ name }) => name === 'SQS.ReceiveMessage')).toEqual([]);
});
