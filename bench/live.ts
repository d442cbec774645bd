import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { Client, type Workflow, type WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { eq } from 'drizzle-orm';
import { createS3Client } from '../aws/clients.ts';
import { parseCount } from '../cli/input-flags.ts';
import { builds, s3Objects } from '../drizzle/tables.ts';
import { generateBuilds, type SampleObject } from '../stack/samples/generate-builds.ts';
import { publish } from '../stack/samples/publish.ts';
import { connectClient } from '../temporal/connection.ts';
import { s3Event } from '../tests/fixture/messages.ts';
import { storeBuilds } from '../tests/reindex-corpus.ts';
import { livePriority, operationPriority } from '../workflows/priorities.ts';
import type { Progress } from '../workflows/progress.ts';
import { createBucket, fillBucket, keysPerBuild, planBucket } from './backfill/fill-bucket.ts';
import { makeRoundStores, type RoundStores } from './ingest/round-stores.ts';
import { startSubject } from './ingest/subjects.ts';
import { describeMachine } from './measure/machine.ts';
import { percentile } from './measure/spread.ts';
import { formatTable } from './measure/table.ts';
import { startBenchServices } from './services.ts';

/** Milliseconds between two searches for what is on its way, and so how much too long a time may seem. */
const searchEvery = 25;

/** Milliseconds after which a build counts as slow; the bench then prints how long each of its steps took. */
const slow = 1_500;

const failedPrefix = 'failed/';

/** Seconds after which a build that no search has found ends the benchmark. */
const patience = 120;

interface Options {
  readonly keys: number;
  readonly builds: number;
  readonly retries: number;
  readonly rate: number;
  readonly quiet: number;
}

const options = new Command('npm run bench -- live')
  .description(
    'How long new builds take from their write to S3 until a search finds them, alone and while a backfill, a reindex and ' +
      'a retry of failures run at once: with the priorities of Temporal tasks, and without. Starts all services itself.',
  )
  .option('--keys <number>', 'keys of the backfill; one in twenty is a buildhub.json', parseCount, 200_000)
  .option('--builds <number>', 'builds of the reindex, at least', parseCount, 100_000)
  .option('--retries <number>', 'failed objects that are retried', parseCount, 5_000)
  .option('--rate <number>', 'new builds per second', parseCount, 1)
  .option('--quiet <seconds>', 'of new builds alone, beforehand', parseCount, 100)
  .addHelpText(
    'after',
    '\nExample:\n  $ npm run bench -- live --keys 10000 --builds 5000 --retries 500 --quiet 20        a quick look',
  )
  .parse()
  .opts<Options>();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () =>
    stop.abort(new Error('Interrupted; everything that was started has been stopped.')),
  );

const machine = describeMachine();
say(`${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}`);
await using services = await startBenchServices(stop.signal);
const rows = [];
for (const [name, priority] of [
  ['with priorities', operationPriority],
  ['without', livePriority],
] as const) {
  const { quiet, busy, seconds } = await measure(name, priority);
  if (rows.length === 0) rows.push(row('alone', quiet, options.quiet));
  rows.push(row(name, busy, seconds));
}
say(
  `\n${formatTable([['put to searchable, ms', 'builds', 'p50', 'p99', 'longest', 'operations took, s'], ...rows])}`,
);

/** One round on empty stores, in which new builds have `livePriority` and operations the one given. */
async function measure(name: string, priority: typeof livePriority) {
  say(`\nOperations ${name}: filling the stores`);
  const title = `live-${name.replace(' ', '-')}`;
  await using stores = await makeRoundStores(title, { ...services.env, S3_BUCKET: title });
  const s3 = createS3Client(stores.config);
  const bucket = planBucket(title, [...buildsUntil(2024, Math.floor(options.keys / keysPerBuild))]);
  await createBucket(s3, bucket);
  await fillBucket(s3, bucket, (done) => {
    stop.signal.throwIfAborted();
    if (done % 20_000 === 0) say(`  ${done} objects are in the bucket`);
  });
  await storeBuilds(stores, buildsUntil(2022, options.builds));
  await fail(stores, s3, [...buildsUntil(2020, options.retries)]);
  const live = buildsUntil(2026, 20_000);

  const run = {
    services,
    settings: {},
    signal: stop.signal,
    corpus: { bucket: title, keys: [], countBuilds: () => 0 },
  };
  const { managed: worker } = await startSubject('buildhub', stores, 0, run);
  const connection = connectClient(stores.config);
  try {
    const temporal = new Client({ connection, namespace: stores.config.TEMPORAL_NAMESPACE });
    const deadline = Date.now() + options.quiet * 1_000;
    // The first ones meet code that is not compiled yet.
    await publishUntil(stores, s3, live, async () => Date.now() > deadline - options.quiet * 900);
    const quiet = await publishUntil(stores, s3, live, async () => Date.now() > deadline);
    const began = Date.now();
    const start = async (type: string, input: object) =>
      await temporal.workflow.start<Workflow>(type, {
        workflowId: `${type}-${title}`,
        taskQueue: stores.config.TEMPORAL_TASK_QUEUE,
        args: [input],
        memo: { requestedBy: 'a benchmark' },
        priority,
      });
    const runs: WorkflowHandle[] = [
      await start('backfill', { bucket: title, source: { kind: 'listing', prefix: 'pub/' } }),
      await start('reindex', {}),
      await start('retryFailed', { selection: { objects: { prefix: failedPrefix } } }),
    ];
    const done = Promise.all(runs.map((each) => each.result()));
    let isDone = false;
    done.then(
      () => {
        isDone = true;
      },
      () => {
        isDone = true;
      },
    );
    const busy = await publishUntil(stores, s3, live, async () => isDone);
    for (const { done: count, unit, seconds } of (await done) as Progress[])
      say(`  ${count} ${unit} in ${seconds} s`);
    return { quiet, busy, seconds: (Date.now() - began) / 1_000 };
  } finally {
    await connection.close();
    await worker.stop();
    s3.destroy();
  }
}

/**
 * Writes builds to S3 until it is enough, and returns how many milliseconds each took until a search found it.
 */
async function publishUntil(
  { sqs, queueUrl, elasticsearch, postgres, config }: RoundStores,
  s3: S3Client,
  objects: Iterator<SampleObject>,
  isEnough: () => Promise<boolean>,
): Promise<number[]> {
  const began = Date.now();
  const onTheirWay = new Map<string, number>();
  const took: number[] = [];
  const late: { readonly id: bigint; readonly writtenAt: number; readonly foundAt: number }[] = [];
  let isOver = false;
  const search = async () => {
    for (; !isOver || onTheirWay.size > 0; await sleep(searchEvery, undefined, { signal: stop.signal })) {
      if (onTheirWay.size === 0) continue;
      const { hits } = await elasticsearch.search<{ download: { url: string } }>({
        index: config.ELASTICSEARCH_INDEX,
        size: 1_000,
        _source: ['download.url'],
        query: { terms: { 'download.url': [...onTheirWay.keys()] } },
      });
      for (const { _id, _source } of hits.hits) {
        const url = _source?.download.url ?? '';
        const writtenAt = onTheirWay.get(url);
        if (writtenAt === undefined) continue;
        onTheirWay.delete(url);
        took.push(Date.now() - writtenAt);
        if (Date.now() - writtenAt > slow)
          late.push({ id: BigInt(_id ?? ''), writtenAt, foundAt: Date.now() });
      }
      const oldest = Math.min(...onTheirWay.values());
      if (Date.now() - oldest > patience * 1_000)
        throw new Error(`A build was not found within ${patience} s`);
    }
  };
  const write = async () => {
    // Not evenly: at a multiple of the refresh interval, all builds would wait for the refresh equally long.
    for (let next = Date.now(); !(await isEnough()); next += (1_000 / options.rate) * (0.5 + Math.random())) {
      await sleep(Math.max(0, next - Date.now()), undefined, { signal: stop.signal });
      // Writes that gofakes3 has blocked do not follow in a burst.
      next = Date.now();
      const { value, done } = objects.next();
      if (done) throw new Error('There are no more new builds');
      const { key } = value;
      const { download } = JSON.parse(value.body) as { download: { url: string } };
      // Builds of other years have the same addresses, and would be taken for this one.
      const url = `${download.url}?${key}`;
      const body = value.body.replaceAll(download.url, url);
      await s3.send(new PutObjectCommand({ Bucket: config.S3_BUCKET, Key: key, Body: body }));
      // Not before: gofakes3 blocks writes while it lists, for up to some seconds during a backfill.
      onTheirWay.set(url, Date.now());
      const sequencer = Date.now().toString(16).toUpperCase();
      const MessageBody = JSON.stringify(s3Event(config.S3_BUCKET, key, { sequencer, size: body.length }));
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    }
    isOver = true;
  };
  await Promise.all([search(), write()]);
  for (const { id, writtenAt, foundAt } of late) {
    const [row] = await postgres.database.select().from(builds).where(eq(builds.id, id));
    const [inserted, acknowledged] = [row?.createdAt, row?.indexedAt].map((at) => Number(at) - writtenAt);
    say(
      `  put ${writtenAt - began} ms after the start: ${inserted} ms until it was inserted, ${acknowledged} until ` +
        `it was acknowledged, ${foundAt - writtenAt} until it was found`,
    );
  }
  return took;
}

/** Puts objects into the bucket that the table has as missing. */
async function fail({ postgres, config }: RoundStores, s3: S3Client, builds: readonly SampleObject[]) {
  const objects = builds.map(({ key, body }) => ({ key: `${failedPrefix}${key}`, body }));
  await publish(s3, config.S3_BUCKET, objects);
  for (let from = 0; from < objects.length; from += 1_000) {
    await postgres.database.insert(s3Objects).values(
      objects.slice(from, from + 1_000).map(({ key }) => ({
        bucket: config.S3_BUCKET,
        key,
        outcome: 'missing' as const,
        reason: 'It was gone when it was to be read',
        workflowId: 'bench',
        runId: 'bench',
      })),
    );
  }
}

/** Builds of the year before; those of different years are different. */
function buildsUntil(year: number, count: number): Generator<SampleObject> {
  return generateBuilds(count, new Date(Date.UTC(year)));
}

function row(name: string, took: readonly number[], seconds: number): string[] {
  const figures = [percentile(took, 50), percentile(took, 99), Math.max(...took)];
  return [name, String(took.length), ...figures.map((figure) => figure.toFixed(0)), seconds.toFixed(0)];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
