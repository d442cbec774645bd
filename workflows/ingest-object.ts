import type { Outcome } from '../drizzle/tables.ts';
import type { BuildSummary } from '../schema/published-build.ts';
import type { S3ObjectWrite } from '../schema/s3/s3-object-write.ts';
import { shortenToBytes } from '../schema/shorten.ts';
import { addIds } from '../telemetry/ingestion-ids.ts';
import { durableSteps } from './durable-steps.ts';

export interface IngestedBuild extends BuildSummary {
  /** `builds.id`, and the id of the document in Elasticsearch. */
  readonly id: string;
  readonly hash: string;
  /** False if the build was known already. */
  readonly created: boolean;
}

export interface ObjectSummary {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string | undefined;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly builds: readonly IngestedBuild[];
}

/**
 * Brings one S3 object all the way into PostgreSQL and Elasticsearch.
 *
 * @param onDelay called when a service is unavailable and the object has to wait for it
 * @returns the outcome; an invalid or missing object is an outcome, too, and not an error
 */
export async function ingestObject(
  object: S3ObjectWrite,
  onDelay: (reason: string) => void,
): Promise<ObjectSummary> {
  const steps = durableSteps(onDelay);
  const { bucket, key, eventTime, sequencer } = object;
  const source = { bucket, key };
  // The outcome of an older content must not replace that of a newer one, whichever is recorded last.
  const attempt = { ...source, eventTime, sequencer, readAt: new Date().toISOString() };
  const quarantine = async (outcome: 'invalid' | 'missing', reason: string, etag?: string) => {
    await steps.recordFailure({ ...attempt, outcome, reason, etag });
    return { ...source, etag, outcome, reason, builds: [] };
  };

  const download = await steps.downloadObject(object);
  if (download.status === 'missing') return quarantine('missing', download.reason, object.etag);
  const { etag } = download;
  if (download.status === 'invalid') return quarantine('invalid', download.reason, etag);

  const validation = await steps.validateBuild(download.text);
  if (validation.status === 'invalid') return quarantine('invalid', validation.reason, etag);

  addIds({ buildHash: validation.builds[0]?.hash });
  const published = new Map(validation.builds.map((build) => [build.hash, build]));
  const toInsert = validation.builds.map(({ text, hash }) => ({ text, hash }));
  const stored = await steps.insertBuilds({ ...attempt, etag, builds: toInsert });
  const builds = stored.flatMap((row) => {
    const build = published.get(row.hash);
    return build ? [{ ...row, ...build }] : [];
  });

  const indexing = await steps.indexBuilds(builds.map(({ id, text }) => ({ id, text })));
  if (indexing.status === 'refused') return quarantine('invalid', indexing.reason, etag);

  return {
    ...source,
    etag,
    outcome: stored.some(({ created }) => created) ? 'ingested' : 'unchanged',
    builds: builds.map(({ id, hash, created, summary }) => ({ id, hash, created, ...fitted(summary) })),
  };
}

/** Bytes of a search attribute: PostgreSQL as Temporal's visibility store takes no more than 255 characters. */
const maxAttribute = 255;

function fitted(summary: BuildSummary): BuildSummary {
  const texts = Object.entries(summary).map(([name, text]) => [name, shortenToBytes(text, maxAttribute)]);
  return Object.fromEntries(texts) as BuildSummary;
}
