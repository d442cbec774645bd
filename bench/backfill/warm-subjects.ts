import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { S3Client } from '@aws-sdk/client-s3';
import { generateBuilds } from '../../stack/samples/generate-builds.ts';
import { makeRoundStores } from '../ingest/round-stores.ts';
import type { BenchServices } from '../services.ts';
import { createBucket, fillBucket, planBucket } from './fill-bucket.ts';
import { type Subject, startBackfillSubject, startLoopSubject } from './measure.ts';

/** Builds that each subject ingests first. V8 has compiled most of what they need by then. */
const warmUpBuilds = 2_000;

/** A time before that of any build that is measured. */
const warmUpUntil = new Date('2015-01-01T00:00:00Z');

const subjects = [
  ['plain loop', startLoopSubject],
  ['backfill', startBackfillSubject],
] as const;

/** A subject, with an S3 at some distance. */
export interface WarmSubject {
  readonly kind: (typeof subjects)[number][0];
  /** Milliseconds that a request to S3 takes longer than it would here. */
  readonly latency: number;
  readonly subject: Subject;
}

/**
 * Starts both subjects for each latency, with stores of their own, and lets them ingest a bucket that is not counted: a
 * worker in production has compiled its code long ago, and so have Elasticsearch and PostgreSQL.
 *
 * @param started takes what is to be stopped at the end
 */
export async function startWarmSubjects(
  services: BenchServices,
  s3: S3Client,
  latencies: readonly number[],
  started: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<WarmSubject[]> {
  const bucket = planBucket('warm-up', [...generateBuilds(warmUpBuilds, warmUpUntil)]);
  await createBucket(s3, bucket);
  await fillBucket(s3, bucket, () => undefined);
  const warm: WarmSubject[] = [];
  for (const latency of latencies) {
    const proxied =
      latency === 0 ? {} : await delayed(services.env.AWS_ENDPOINT_URL_S3 ?? '', latency, started);
    for (const [kind, start] of subjects) {
      const name = `${kind.replace(' ', '-')}-${latency}`;
      const stores = started.use(await makeRoundStores(name, { ...services.env, ...proxied }));
      const subject = started.use(await start(services, stores, name));
      const { seconds } = await subject.pass(bucket.name);
      say(`  ${kind}, +${latency} ms, warmed up in ${seconds.toFixed(1)} s`);
      warm.push({ kind, latency, subject });
    }
  }
  return warm;
}

/** Addresses of S3 behind a delay, half of it on each way. */
async function delayed(
  endpoint: string,
  latency: number,
  started: AsyncDisposableStack,
): Promise<Record<string, string>> {
  const proxy: ChildProcess = fork(
    join(import.meta.dirname, 'delaying-proxy.ts'),
    [new URL(endpoint).port, String(latency / 2)],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  started.defer(async () => {
    proxy.kill();
    await once(proxy, 'exit');
  });
  if (!proxy.stdout) throw new Error('The proxy has no output');
  const [port] = (await once(createInterface({ input: proxy.stdout }), 'line')) as [string];
  return { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
}
