import { setTimeout as sleep } from 'node:timers/promises';
import { isNotNull, sql } from 'drizzle-orm';
import { builds } from '../../drizzle/tables.ts';
import { type CpuTimes, cpuBetween, readCpuTimes, readThreadTimes } from '../measure/cpu-time.ts';
import { loggedAt } from '../measure/log-line.ts';
import { type SearchableWatch, watchSearchable } from '../measure/searchable.ts';
import { percentile } from '../measure/spread.ts';
import type { BenchRun } from './bench-run.ts';
import { fillQueue } from './corpus.ts';
import type { SubjectName } from './options.ts';
import { makeRoundStores, type RoundStores } from './round-stores.ts';
import { startSubject, subjects } from './subjects.ts';

/** Seconds that a backlog may take, per message, before something must be wrong; and what it may take at least. */
const patience = { perMessage: 0.5, atLeast: 60 };

/** Milliseconds between two counts of what has arrived; counting costs a little of what is measured. */
const lookEvery = 250;

/** One subject working off one backlog. */
export interface BacklogResult {
  readonly subject: SubjectName;
  readonly messages: number;
  /** From the first receive until the last build is indexed. */
  readonly seconds: number;
  readonly messagesPerSecond: number;
  /** Seconds from the first receive until half, and 99 of 100, of the builds could be found by a search. */
  readonly searchableAfter?: { readonly p50: number; readonly p99: number };
  /** CPU milliseconds per message, by process. */
  readonly cpu: CpuTimes;
  /** Of it, what each kind of thread of the subject's own process took. */
  readonly threads: CpuTimes;
}

/**
 * Puts messages into a queue, then starts the subject and measures until the last build is indexed.
 *
 * @throws if not everything arrives: a figure of something that does not work means nothing
 */
export async function measureBacklog(
  name: SubjectName,
  messages: number,
  round: number,
  run: BenchRun,
): Promise<BacklogResult> {
  const { services, corpus, settings, signal } = run;
  await using stores = await makeRoundStores(`backlog-${name}-${round}`, { ...services.env, ...settings });
  await fillQueue(stores.sqs, stores.queueUrl, corpus, messages);
  const expected = corpus.countBuilds(messages);
  const { managed, readyAt } = await startSubject(name, stores, messages, run);
  const pids = { ...services.pids, [subjects[name].title]: managed.pid, 'this benchmark': process.pid };
  const before = readCpuTimes(pids);
  const threadsBefore = readThreadTimes(managed.pid);
  const watch = subjects[name].stores
    ? watchSearchable(stores.elasticsearch, stores.config.ELASTICSEARCH_INDEX, lookEvery)
    : undefined;
  try {
    const seconds = Math.max(patience.atLeast, patience.perMessage * messages);
    const endedAt =
      name === 'buildhub'
        ? await allIndexedAt(stores, expected, seconds, signal)
        : await loggedAt(managed, 'Done', seconds, signal);
    const cpu = cpuBetween(before, readCpuTimes(pids));
    const threads = cpuBetween(threadsBefore, readThreadTimes(managed.pid));
    const took = (endedAt - readyAt) / 1_000;
    return {
      subject: name,
      messages,
      seconds: took,
      messagesPerSecond: messages / took,
      ...(watch && { searchableAfter: await searchableAfter(watch, readyAt, expected, signal) }),
      cpu: each(cpu, messages),
      threads: each(threads, messages),
    };
  } finally {
    await watch?.stop();
    await managed.stop();
  }
}

/** When Elasticsearch had acknowledged the last of the builds, by PostgreSQL's clock, which is this machine's. */
async function allIndexedAt(
  { postgres }: RoundStores,
  expected: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  for (const deadline = Date.now() + seconds * 1_000; ; await sleep(lookEvery, undefined, { signal })) {
    const [row] = await postgres.database
      .select({
        indexed: sql<string>`count(*)`,
        last: sql<string>`extract(epoch from max(indexed_at)) * 1000`,
      })
      .from(builds)
      .where(isNotNull(builds.indexedAt));
    if (Number(row?.indexed) === expected) return Number(row?.last);
    if (Date.now() > deadline)
      throw new Error(`Only ${row?.indexed} of ${expected} builds were indexed in ${seconds} s`);
  }
}

async function searchableAfter(watch: SearchableWatch, from: number, expected: number, signal: AbortSignal) {
  for (
    const deadline = Date.now() + 10_000;
    watch.seen.size < expected;
    await sleep(50, undefined, { signal })
  ) {
    if (Date.now() > deadline)
      throw new Error(`A search finds only ${watch.seen.size} of ${expected} builds`);
  }
  const seconds = [...watch.seen.values()].map((at) => (at - from) / 1_000);
  return { p50: percentile(seconds, 50), p99: percentile(seconds, 99) };
}

function each(times: CpuTimes, messages: number): CpuTimes {
  return Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time / messages]));
}
