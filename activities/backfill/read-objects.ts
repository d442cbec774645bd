import pMap from 'p-map';
import type { PublishedBuild } from '../../schema/published-build.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { readObject } from '../ingest/download.ts';
import { validateBuild } from '../ingest/validate.ts';
import type { WantedObject } from './compare-page.ts';
import { whyDenied } from './why-denied.ts';
import { withRetries } from './with-retries.ts';

/** Failures after which the rest of a batch is not tried: the service is away, and each try may take its time. */
const maxFailures = 10;

/** An object that was read, or why it was not. */
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

/** How objects are to be read. */
export interface Reading {
  readonly bucket: string;
  /** Downloads at the same time. */
  readonly downloads: number;
  /** Resolves when the next download may begin. */
  readonly pace: () => Promise<void>;
  /** Whether an object that S3 does not hand out is `denied`; else it is `failed`, as everything that can pass. */
  readonly leavesDenied: boolean;
}

/** Reads and validates objects, several at a time. What goes wrong with one is its own result, and stops no other. */
export async function readObjects(
  dependencies: Pick<ActivityDependencies, 's3' | 'maxObjectBytes'>,
  { bucket, downloads, pace, leavesDenied }: Reading,
  objects: readonly WantedObject[],
): Promise<ReadObject[]> {
  const failures: unknown[] = [];
  const read = async (object: WantedObject): Promise<ReadObject> => {
    if (failures.length >= maxFailures) return { object, status: 'failed', error: failures[0] };
    await pace();
    try {
      const { key, knownEtag } = object;
      const content = await withRetries(() => readObject(dependencies, { bucket, key, knownEtag }));
      if (content.status === 'invalid') return { object, etag: undefined, ...content };
      if (content.status !== 'found') return { object, ...content };
      const validation = await validateBuild(content.text);
      return { object, etag: content.etag, ...validation };
    } catch (error) {
      const reason = leavesDenied ? whyDenied(error) : undefined;
      if (reason !== undefined) return { object, status: 'denied', reason };
      failures.push(error);
      return { object, status: 'failed', error };
    }
  };
  return await pMap(objects, read, { concurrency: downloads });
}
