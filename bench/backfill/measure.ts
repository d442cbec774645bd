import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { countBuilds } from '../../drizzle/queries/count-builds.ts';
import { spawnManaged } from '../../stack/managed-process.ts';
import { connectClient } from '../../temporal/connection.ts';
import { startBackfill } from '../../temporal/start-backfill.ts';
import type { RoundStores } from '../ingest/round-stores.ts';
import { type CpuTimes, cpuBetween, readCpuTimes } from '../measure/cpu-time.ts';
import { loggedAt } from '../measure/log-line.ts';
import type { BenchServices } from '../services.ts';
import { type MemoryUse, whileWatchingMemory } from './resident-memory.ts';

/** What a pass through the bucket took. */
export interface Pass {
  readonly seconds: number;
  /** Builds that it has inserted and indexed. */
  readonly inserted: number;
  /** Of the process that did the work. */
  readonly memory: MemoryUse | undefined;
  /** CPU milliseconds, by process. */
  readonly cpu: CpuTimes;
}

/** Something that can be measured: one pass through a bucket. */
export type Subject = (
  services: BenchServices,
  stores: RoundStores,
  bucket: string,
  name: string,
) => Promise<Pass>;

const processes = {
  worker: join(import.meta.dirname, '..', '..', 'cli', 'main.ts'),
  loop: join(import.meta.dirname, 'plain-loop.ts'),
};

/** A backfill as an operator starts it, with one worker. */
export const backfillSubject: Subject = async (services, stores, bucket, name) => {
  const args = [processes.worker, 'worker', '--no-poller'];
  const before = await countBuilds(stores.postgres.database);
  const worker = await start(services, stores, args, name, 40_000);
  const connection = connectClient(stores.config);
  try {
    const client = new Client({ connection, namespace: stores.config.TEMPORAL_NAMESPACE });
    return await measure(services, stores, worker.pid, before, async () => {
      const began = Date.now();
      const source = { kind: 'listing', prefix: '' } as const;
      const handle = await startBackfill(
        client,
        stores.config.TEMPORAL_TASK_QUEUE,
        { bucket, source },
        'bench',
      );
      const { counts } = await handle.result();
      if (counts.invalid + counts.missing > 0) throw new Error(`Not all is well: ${JSON.stringify(counts)}`);
      return Date.now() - began;
    });
  } finally {
    await connection.close();
    await worker.stop();
  }
};

/** The plain loop beside it. */
export const loopSubject: Subject = async (services, stores, bucket, name) => {
  // It begins by itself as soon as it is there.
  const before = await countBuilds(stores.postgres.database);
  const loop = await start(services, stores, [processes.loop, bucket], name, 5_000);
  const began = await loggedAt(loop, 'Ready', 10);
  try {
    return await measure(
      services,
      stores,
      loop.pid,
      before,
      async () => (await loggedAt(loop, 'Done', 3_600)) - began,
    );
  } finally {
    await loop.stop();
  }
};

async function start(
  { logsDir }: BenchServices,
  { env }: RoundStores,
  args: readonly string[],
  name: string,
  stopTimeoutMs: number,
) {
  const logFile = join(logsDir, `${name}.log`);
  // Lines of a former run must not count.
  rmSync(logFile, { force: true });
  return await spawnManaged({
    name,
    command: process.execPath,
    args: [...args],
    env: { ...env, LOG_LEVEL: 'info' },
    logFile,
    ready: /"msg":"Ready"/,
    stopTimeoutMs,
  });
}

async function measure(
  services: BenchServices,
  { postgres }: RoundStores,
  pid: number,
  before: number,
  work: () => Promise<number>,
): Promise<Pass> {
  const pids = { ...services.pids, 'the process itself': pid };
  const cpuBefore = readCpuTimes(pids);
  const [milliseconds, memory] = await whileWatchingMemory(pid, work);
  const cpu = cpuBetween(cpuBefore, readCpuTimes(pids));
  const inserted = (await countBuilds(postgres.database)) - before;
  return { seconds: milliseconds / 1_000, inserted, memory, cpu };
}
