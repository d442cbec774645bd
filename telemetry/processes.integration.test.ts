import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMetrics } from '../deploy/testing/promql.ts';
import { readPanels } from '../deploy/testing/read-dashboard.ts';
import { readAlerts } from '../deploy/testing/read-rules.ts';
import { generateBuilds } from '../samples/generate-builds.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { linesOf, urlOf } from '../tests/fixture/buildhub-process.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { outcomeOf, send } from '../tests/fixture/messages.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';
import { startThreeProcesses, stopThreeProcesses, type ThreeProcesses } from './testing/three-processes.ts';

/*
 * What is put in here makes every metric appear that somebody looks at: a build, an invalid one, an unreadable message, a
 * dead letter, a search, and a workflow that no worker knows.
 */

let sandbox: Sandbox;
let processes: ThreeProcesses;
const lostWorkflow = 'observability-lost';

beforeAll(async () => {
  sandbox = await createSandbox();
  processes = await startThreeProcesses(sandbox);
  const [build] = generateBuilds(1, new Date('2026-03-01T00:00:00Z'), 4242);
  await sandbox.put('good/buildhub.json', build?.body ?? '');
  await sandbox.put('bad/buildhub.json', '{}');
  await send(sandbox, 'no event');
  await sandbox.sqs.send(
    new SendMessageCommand({ QueueUrl: sandbox.config.SQS_DEAD_LETTER_QUEUE_URL, MessageBody: 'dead' }),
  );
  await sandbox.temporal.workflow.start('noSuchWorkflow', {
    workflowId: `${lostWorkflow}-${sandbox.config.TEMPORAL_TASK_QUEUE}`,
    taskQueue: sandbox.config.TEMPORAL_TASK_QUEUE,
  });
  await Promise.all(['good', 'bad'].map((folder) => outcomeOf(sandbox, `${folder}/buildhub.json`)));
  await fetch(`${urlOf(processes.api)}/api/search`, { method: 'POST', body: '{"size":0}' });
});

afterAll(async () => {
  await sandbox.temporal.workflow
    .getHandle(`${lostWorkflow}-${sandbox.config.TEMPORAL_TASK_QUEUE}`)
    .terminate('end of the test');
  await stopThreeProcesses(processes);
  await sandbox[Symbol.asyncDispose]();
});

async function scrape(process: ManagedProcess): Promise<string[]> {
  const answer = await fetch(`${urlOf(process)}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return (await answer.text()).split('\n');
}

function nameOf(series: string): string {
  return series.replace(/[{ ].*$/, '').replace(/_(bucket|sum|count)$/, '');
}

/** Names of the metrics that have a value in one of the processes. */
async function exported(): Promise<Set<string>> {
  const pages = await Promise.all(Object.values(processes).map(scrape));
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
  expect(wanted.size).toBeGreaterThan(40);
  await eventually('every metric', async () => {
    const names = await exported();
    const missing = [...wanted].filter((name) => !names.has(name));
    if (missing.length > 0) throw new Error(`Not exported: ${missing.join(', ')}`);
    return true;
  });
});

test('a page holds each metric once, with its help and type, Temporal’s own among them', async () => {
  for (const process of Object.values(processes)) {
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

test('the worker counts what became of objects and messages, and how late a build became searchable', async () => {
  await eventually('both messages to be counted', async () => {
    const lines = await scrape(processes.worker);
    for (const line of [
      'buildhub_ingestion_objects_total{outcome="ingested"} 1',
      'buildhub_ingestion_objects_total{outcome="invalid"} 1',
      'buildhub_ingestion_messages_total{outcome="unreadable"} 1',
      'buildhub_ingestion_put_to_indexed_seconds_count 1',
    ])
      if (!lines.includes(line)) throw new Error(`Without ${line}`);
    return true;
  });
  const lines = await scrape(processes.worker);
  const inserted = lines.find((line) => line.startsWith('buildhub_builds_inserted_total{'));
  const indexed = lines.find((line) => line.startsWith('buildhub_builds_indexed_total{'));
  expect(inserted).toMatch(/\{workflow="ingestMessage"\} [12]$/);
  expect(indexed?.split(' ')[1]).toBe(inserted?.split(' ')[1]);
});

test('lines of poller and worker about one build are joined by its ids', async () => {
  const key = 'bad/buildhub.json';
  const about = (process: ManagedProcess) => linesOf(process).filter((line) => line.key === key);
  await eventually('the end of the workflow', () =>
    about(processes.worker).some(({ msg }) => msg === 'Workflow failed') ? true : undefined,
  );
  const [started] = about(processes.poller);
  const { messageId, workflowId } = started ?? {};
  expect(started).toMatchObject({ bucket: sandbox.config.S3_BUCKET, messageId: expect.any(String) });
  const lines = about(processes.worker);
  expect(lines.map(({ msg }) => msg)).toEqual(['Message dealt with', 'Workflow failed']);
  for (const line of lines) expect(line).toMatchObject({ messageId, workflowId, runId: expect.any(String) });
  const good = linesOf(processes.worker).find((line) => line.key === 'good/buildhub.json');
  expect(good).toMatchObject({ buildHash: expect.stringMatching(/^v1:/) });
});

test('no line is longer than a person reads, and none is of the bundler', () => {
  for (const process of Object.values(processes)) {
    for (const line of linesOf(process)) {
      expect(JSON.stringify(line).length, String(line.msg)).toBeLessThan(2_000);
      expect(line.msg).not.toMatch(/webpack|bundle/);
    }
  }
});

test('looking at the dead letters hides none of them', async () => {
  await scrape(processes.api);
  const { Attributes } = await sandbox.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: sandbox.config.SQS_DEAD_LETTER_QUEUE_URL,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  expect(Attributes?.ApproximateNumberOfMessages).toBe('1');
});
