import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sql } from 'drizzle-orm';
import { builds } from '../../drizzle/tables.ts';
import { watchSearchable } from '../measure/searchable.ts';
import { percentile } from '../measure/spread.ts';
import type { BenchRun } from './bench-run.ts';
import { writeEvent } from './corpus.ts';
import type { IngestOptions, SubjectName } from './options.ts';
import { makeRoundStores } from './round-stores.ts';
import { startSubject } from './subjects.ts';

/** Seconds of the same load beforehand that are not counted: a process's first builds meet cold code. */
const leadIn = 5;

/** Milliseconds between two searches, and so how much too long a latency may seem. */
const lookEvery = 50;

/** Half, and 99 of 100, of the builds took up to so many milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** One subject under a steady load that it can bear. */
export interface SteadyResult {
  readonly subject: SubjectName;
  readonly rate: number;
  readonly builds: number;
  /** From just before the message was sent until Elasticsearch had acknowledged the build; of Buildhub alone. */
  readonly indexed?: Latency;
  /** From just before the message was sent until a search found the build. */
  readonly searchable: Latency;
}

/** How many objects the steady load needs. */
export function steadyObjects({ rate, seconds }: Pick<IngestOptions, 'rate' | 'seconds'>): number {
  return seconds === 0 ? 0 : rate * (leadIn + seconds);
}

/**
 * Sends messages at an even pace, whatever becomes of them, and measures how long each build takes to be found.
 *
 * @throws if not every build can be found ten seconds after the last message
 */
export async function measureSteady(
  name: SubjectName,
  { rate, seconds }: Pick<IngestOptions, 'rate' | 'seconds'>,
  run: BenchRun,
): Promise<SteadyResult> {
  const { services, corpus, settings, signal } = run;
  await using stores = await makeRoundStores(`steady-${name}`, { ...services.env, ...settings });
  const { sqs, queueUrl, elasticsearch, config, postgres } = stores;
  const count = steadyObjects({ rate, seconds });
  const expected = corpus.countBuilds(count);
  const { managed } = await startSubject(name, stores, count, run);
  const watch = watchSearchable(elasticsearch, config.ELASTICSEARCH_INDEX, lookEvery);
  const sentAt = new Map<string, number>();
  try {
    const began = Date.now();
    const sends = [];
    for (const [index, key] of corpus.keys.slice(0, count).entries()) {
      await sleep(Math.max(0, began + (index * 1_000) / rate - Date.now()), undefined, { signal });
      sentAt.set(key, Date.now());
      sends.push(
        sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: writeEvent(corpus, key) })),
      );
    }
    await Promise.all(sends);
    for (
      const deadline = Date.now() + 10_000;
      watch.seen.size < expected;
      await sleep(50, undefined, { signal })
    ) {
      if (Date.now() > deadline)
        throw new Error(`A search finds only ${watch.seen.size} of ${expected} builds`);
    }
    const rows = await postgres.database
      .select({
        id: sql<string>`id::text`,
        key: sql<string>`s3_key`,
        indexedAt: sql<string | null>`extract(epoch from indexed_at) * 1000`,
      })
      .from(builds);
    const counted = rows.flatMap(({ id, key, indexedAt }) => {
      const sent = sentAt.get(key) ?? Number.NaN;
      const searchable = (watch.seen.get(id) ?? Number.NaN) - sent;
      const indexed = indexedAt === null ? undefined : Number(indexedAt) - sent;
      return sent < began + leadIn * 1_000 ? [] : [{ searchable, indexed }];
    });
    const indexed = counted.flatMap((build) => build.indexed ?? []);
    return {
      subject: name,
      rate,
      builds: counted.length,
      ...(indexed.length > 0 && { indexed: latency(indexed) }),
      searchable: latency(counted.map(({ searchable }) => searchable)),
    };
  } finally {
    await watch.stop();
    await managed.stop();
  }
}

function latency(milliseconds: readonly number[]): Latency {
  return { p50: percentile(milliseconds, 50), p99: percentile(milliseconds, 99) };
}
