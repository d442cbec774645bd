import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { sql } from 'drizzle-orm';
import { builds } from '../drizzle/tables.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { startBuildhub } from '../tests/fixture/buildhub-process.ts';
import { startOwnStack } from '../tests/fixture/own-stack.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';
import { startWorkflow } from '../tests/fixture/start-operations.ts';
import { factsOf } from '../tests/progress-facts.ts';
import { storeBuilds } from '../tests/reindex-corpus.ts';
import { type CpuTimes, cpuBetween, readCpuTimes } from './measure/cpu-time.ts';
import { describeMachine } from './measure/machine.ts';
import { bulkAll, renderBodies } from './reindex/bare-bulk.ts';

interface Options {
  readonly builds: number;
  readonly concurrency: number;
  readonly rounds: number;
  readonly json?: string;
}

/** What one round measured, in documents per second. */
interface Round {
  readonly bulk: number;
  /** Until the index was full and refreshed, as for the bare bulk; and until it was compared and live. */
  readonly filled: number;
  readonly live: number;
  /** CPU time of all processes that take part, microseconds per document, and that of each for the reindex. */
  readonly bulkCpu: number;
  readonly reindexCpu: number;
  readonly cpuOf: Readonly<Record<string, number>>;
}

const options = new Command('npm run bench -- reindex')
  .description(
    'How fast a reindex is, next to bare _bulk requests of the same documents, which were put together before the ' +
      'clock started, in the same run. Starts all services itself.',
  )
  .option('--builds <number>', 'how many', Number, 200_000)
  .option('--concurrency <number>', 'requests at the same time, of both', Number, 3)
  .option('--rounds <number>', 'how often both are measured, in turn', Number, 5)
  .option('--json <file>', 'also write every figure into this file')
  .addHelpText(
    'after',
    '\nExample:\n  $ npm run bench -- reindex --builds 20000 --rounds 2        a quick look',
  )
  .parse(process.argv.slice(2), { from: 'user' })
  .opts<Options>();

await using stopping = new AsyncDisposableStack();
const machine = describeMachine();
say(`${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}`);
const stack = await startOwnStack('bench-reindex');
stopping.defer(() => stack.stop());
const sandbox = stopping.use(await createSandbox(stack.env));
const total = await fill(sandbox);
say(`${total} builds are in PostgreSQL`);
const worker = await startBuildhub(['worker', '--no-poller'], sandbox.env);
stopping.defer(async () => {
  await worker.stop();
});

say('One round that does not count, in which all get to know their work');
await measure();
const rounds: Round[] = [];
for (let round = 1; round <= options.rounds; round++) {
  const result = await measure();
  rounds.push(result);
  say(`Round ${round}: ${describe(result)}`);
}
const median: Round = {
  bulk: middle(rounds.map(({ bulk }) => bulk)),
  filled: middle(rounds.map(({ filled }) => filled)),
  live: middle(rounds.map(({ live }) => live)),
  bulkCpu: middle(rounds.map(({ bulkCpu }) => bulkCpu)),
  reindexCpu: middle(rounds.map(({ reindexCpu }) => reindexCpu)),
  cpuOf: Object.fromEntries(
    Object.keys(rounds[0]?.cpuOf ?? {}).map((name) => [
      name,
      middle(rounds.map(({ cpuOf }) => cpuOf[name] ?? 0)),
    ]),
  ),
};
say(`\nMiddle of ${rounds.length} rounds: ${describe(median)}`);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ machine, options, total, rounds, median }, null, 2)}\n`);

async function fill(into: Sandbox): Promise<number> {
  const count = await storeBuilds(into, generateBuilds(options.builds, new Date('2026-01-01T00:00:00Z'), 1));
  // As if all had been indexed when they were ingested.
  await into.postgres.database.update(builds).set({ indexedAt: sql`clock_timestamp() - interval '1 hour'` });
  await into.postgres.pool.query('vacuum analyze builds');
  return count;
}

async function measure(): Promise<Round> {
  const bodies = await renderBodies(sandbox.postgres.database);
  const beforeBulk = readCpuTimes(pids());
  const bulk = total / (await bulkAll(sandbox.elasticsearch, bodies, options.concurrency));
  const bulkTimes = cpuBetween(beforeBulk, readCpuTimes(pids()));
  const beforeReindex = readCpuTimes(pids());
  const began = Date.now();
  const handle = await startWorkflow(sandbox.temporal, 'reindex', sandbox.config, {
    concurrency: options.concurrency,
  });
  const facts = factsOf(await handle.result());
  const seconds = (Date.now() - began) / 1_000;
  const times = perDocument(cpuBetween(beforeReindex, readCpuTimes(pids())));
  if (facts['Documents compared'] !== total)
    throw new Error(`Not all is in the index: ${JSON.stringify(facts)}`);
  if (facts.From) await sandbox.elasticsearch.indices.delete({ index: String(facts.From) });
  const { 'the loop': loop = 0, Elasticsearch = 0 } = perDocument(bulkTimes);
  const { 'whole machine': _, 'the loop': __, ...cpuOf } = times;
  return {
    ...{
      bulk,
      filled: total / Number(facts['Seconds until the index was full']),
      live: total / seconds,
      cpuOf,
    },
    bulkCpu: loop + Elasticsearch,
    reindexCpu: Object.values(cpuOf).reduce((sum, time) => sum + time, 0),
  };
}

function pids(): Record<string, number> {
  const { temporal, elasticsearch, postgres } = stack.services;
  return {
    'the loop': process.pid,
    worker: worker.pid ?? 0,
    Elasticsearch: elasticsearch.pid ?? 0,
    PostgreSQL: postgres.pid ?? 0,
    Temporal: temporal.pid ?? 0,
  };
}

/** Microseconds. */
function perDocument(times: CpuTimes): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, (time * 1_000) / total]));
}

function describe({ bulk, filled, live, bulkCpu, reindexCpu, cpuOf }: Round): string {
  const share = (rate: number) => `${Math.round(rate)}/s, ${Math.round((rate / bulk) * 100)}%`;
  const each = Object.entries(cpuOf).map(([name, time]) => `${name} ${time.toFixed(1)}`);
  return (
    `bare bulk ${Math.round(bulk)} documents/s; reindex until full ${share(filled)}; until live ${share(live)}\n` +
    `  CPU microseconds a document: bare bulk ${bulkCpu.toFixed(1)}, reindex ${reindexCpu.toFixed(1)} ` +
    `(${Math.round((bulkCpu / reindexCpu) * 100)}%): ${each.join(', ')}`
  );
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
