import { setTimeout as sleep } from 'node:timers/promises';
import { S3ServiceException } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import type { PublishedBuild } from '../../schema/published-build.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { readObject } from '../ingest/download.ts';
import { validateBuild } from '../ingest/validate.ts';
import type { WantedObject } from './batch.ts';
import { withRetries } from './s3-request.ts';

/** Failures after which the rest of a batch is not tried: the service is down, and each try may take its time. */
const maxFailures = 10;

export type ReadObject = { readonly object: WantedObject } & (
  | {
      readonly status: 'valid';
      readonly etag: string | undefined;
      readonly builds: readonly PublishedBuild[];
    }
  | { readonly status: 'invalid'; readonly etag: string | undefined; readonly reason: string }
  | { readonly status: 'missing'; readonly reason: string }
  | { readonly status: 'unmodified' }
  | { readonly status: 'denied'; readonly reason: string }
  | { readonly status: 'failed'; readonly error: unknown }
);

interface Reading {
  readonly bucket: string;
  /** Downloads at the same time. */
  readonly downloads: number;
  /** Resolves when the next download may begin. */
  readonly untilAllowed: () => Promise<void>;
  /** Ends what is being read. */
  readonly signal: AbortSignal;
  /** Whether an object to which S3 denies access is `denied`; else it is `failed`, as everything that can pass. */
  readonly leavesOutDenied: boolean;
}

/**
 * Reads and validates objects, several at a time. What goes wrong with one is its own result, and stops no other.
 *
 * @throws the reason of the signal, if it has ended the reading
 */
export async function readObjects(
  dependencies: Pick<ActivityDependencies, 's3' | 'maxObjectBytes' | 'giveWay'>,
  { bucket, downloads, untilAllowed, leavesOutDenied, signal }: Reading,
  objects: readonly WantedObject[],
): Promise<ReadObject[]> {
  const failures: unknown[] = [];
  const read = async (object: WantedObject): Promise<ReadObject> => {
    if (failures.length >= maxFailures) return { object, status: 'failed', error: failures[0] };
    try {
      await untilAllowed();
      await dependencies.giveWay();
      const { key, knownEtag } = object;
      const content = await withRetries(
        (each) => readObject(dependencies, { bucket, key, knownEtag }, each),
        signal,
      );
      if (content.status === 'invalid') return { object, etag: undefined, ...content };
      if (content.status !== 'found') return { object, ...content };
      const validation = await validateBuild(content.text);
      return { object, etag: content.etag, ...validation };
    } catch (error) {
      const reason = leavesOutDenied ? whyDenied(error) : undefined;
      if (reason !== undefined) return { object, status: 'denied', reason };
      failures.push(error);
      return { object, status: 'failed', error };
    }
  };
  const all = await pMap(objects, read, { concurrency: downloads });
  signal.throwIfAborted();
  return all;
}

/** S3's errors for objects of another account, archived ones, and those encrypted with a key that the worker lacks. */
const codes = new Set(['AccessDenied', 'AllAccessDisabled', 'InvalidObjectState', 'InvalidRequest']);

/**
 * Why S3 denies access to an object, as a sentence; undefined if an error is not about this object: a service that is
 * down, too many requests, credentials that have expired.
 */
export function whyDenied(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const { name, message, $metadata } = error;
  const isAboutObject = codes.has(name) || name.startsWith('KMS');
  return isAboutObject ? `S3 returns ${$metadata.httpStatusCode} ${name}: ${message}` : undefined;
}

/**
 * Lets callers pass one after another at an even rate, however many wait at the same time.
 *
 * @param perSecond may be less than one; undefined for no limit
 * @param signal ends the waiting, with its reason
 */
export function createRateLimiter(perSecond: number | undefined, signal?: AbortSignal): () => Promise<void> {
  if (perSecond === undefined) return () => Promise.resolve();
  const interval = 1_000 / perSecond;
  // The first waits, too: each slice has a limiter of its own, and a burst of first ones would exceed a low limit.
  let next = performance.now() + interval;
  return async () => {
    const now = performance.now();
    // Idle time is lost, so that no burst follows it.
    const turn = Math.max(now, next);
    next = turn + interval;
    if (turn > now) await sleep(turn - now, undefined, signal && { signal });
  };
}
