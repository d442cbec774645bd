import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { countBuilds } from '../../drizzle/queries/builds.ts';
import { spawnManaged } from '../../stack/managed-process.ts';
import { connectClient } from '../../temporal/connection.ts';
import { startWorkflow } from '../../tests/fixture/start-operations.ts';
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

/**
 * Something that can be measured: a process that goes through a bucket on request. It stays from one pass to
 * the next, as a worker does that an operator starts a backfill on, so that only the first pays for its start.
 */
export interface Subject extends AsyncDisposable {
  /** @throws if not all that was found could be ingested: the figures mean nothing then */
  pass(bucket: string): Promise<Pass>;
}

/** Starts what is to be measured; nothing is begun before its first pass. */
export type StartSubject = (services: BenchServices, stores: RoundStores, name: string) => Promise<Subject>;

const processes = {
  worker: join(import.meta.dirname, '..', '..', 'cli', 'main.ts'),
  loop: join(import.meta.dirname, 'plain-loop.ts'),
};

/** Backfills as an operator starts them, with one worker. */
export const startBackfillSubject: StartSubject = async (services, stores, name) => {
  const worker = await spawnManaged({
    name,
    command: process.execPath,
    args: [processes.worker, 'worker', '--no-poller'],
    env: { ...stores.env, LOG_LEVEL: 'info' },
    logFile: join(services.logsDir, `${name}-${randomBytes(3).toString('hex')}.log`),
    stopTimeoutMs: 40_000,
  });
  await loggedAt(worker, 'Ready', 60);
  const connection = connectClient(stores.config);
  const client = new Client({ connection, namespace: stores.config.TEMPORAL_NAMESPACE });
  const source = { kind: 'listing', prefix: '' } as const;
  return {
    pass: (bucket) =>
      measure(services, stores, worker.pid, async (began) => {
        const handle = await startWorkflow(client, 'backfill', stores.config, { bucket, source });
        const { problem } = await handle.result();
        if (problem !== undefined) throw new Error(problem);
        return Date.now() - began;
      }),
    async [Symbol.asyncDispose]() {
      await connection.close();
      await worker.stop();
    },
  };
};

/** The plain loop beside them. */
export const startLoopSubject: StartSubject = async (services, stores, name) => {
  const loop = fork(processes.loop, {
    env: stores.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(loop, 'exit');
  const response = () =>
    Promise.race([
      once(loop, 'message'),
      ended.then(() => Promise.reject(new Error(`The ${name} has ended; its error is above.`))),
    ]);
  await response();
  return {
    pass: (bucket) =>
      measure(services, stores, loop.pid ?? 0, async (began) => {
        loop.send(bucket);
        await response();
        return Date.now() - began;
      }),
    async [Symbol.asyncDispose]() {
      if (loop.connected) loop.disconnect();
      await ended;
    },
  };
};

async function measure(
  services: BenchServices,
  { postgres }: RoundStores,
  pid: number,
  work: (began: number) => Promise<number>,
): Promise<Pass> {
  const before = await countBuilds(postgres.database);
  const pids = { ...services.pids, 'the process itself': pid };
  const cpuBefore = readCpuTimes(pids);
  const [milliseconds, memory] = await whileWatchingMemory(pid, () => work(Date.now()));
  const cpu = cpuBetween(cpuBefore, readCpuTimes(pids));
  const inserted = (await countBuilds(postgres.database)) - before;
  return { seconds: milliseconds / 1_000, inserted, memory, cpu };
}
