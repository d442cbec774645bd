/**
 * What Buildhub2's backfill was meant to do, with this project's code: one process, one key after the other. Lists a
 * page, looks each buildhub.json up, and downloads, inserts and indexes what is new or changed before the next.
 * To be forked: sends `ready`, takes each message as the name of a bucket, replies `done` after a pass through it,
 * and ends with its parent.
 */
import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { readObject } from '../../activities/ingest/download.ts';
import { createS3Client } from '../../aws/clients.ts';
import { loadConfig } from '../../config/config.ts';
import { readVersion } from '../../config/version.ts';
import { connect } from '../../drizzle/connect.ts';
import { markIndexed } from '../../drizzle/queries/builds.ts';
import { findObject } from '../../drizzle/queries/objects.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { isBuildhubKey } from '../../schema/s3/object-key.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';

const config = loadConfig();
const s3 = createS3Client(config);
const elasticsearch = createElasticsearchClient(config);
const { database } = connect(config, createLogger('plain loop', 'error'), 'plain loop');
const metadata = JSON.stringify(readVersion());
const reader = { s3, maxObjectBytes: config.S3_MAX_OBJECT_BYTES };
// Of a document that is text already the client would say that it is plain text.
const json = { headers: { 'content-type': 'application/json' } };
const { ELASTICSEARCH_INDEX: index } = config;

process.on('message', async (bucket: string) => {
  await pass(bucket);
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function pass(bucket: string): Promise<void> {
  let after: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, ...(after !== undefined && { StartAfter: after }) }),
    );
    for (const { Key: key = '', ETag } of page.Contents ?? []) {
      if (!isBuildhubKey(key)) continue;
      const etag = ETag?.replaceAll('"', '');
      const known = await findObject(database, { bucket, key });
      if (known?.etag !== etag) await ingest(bucket, key);
    }
    after = page.IsTruncated ? page.Contents?.at(-1)?.Key : undefined;
  } while (after !== undefined);
}

async function ingest(bucket: string, key: string): Promise<void> {
  const content = await readObject(reader, { bucket, key });
  if (content.status !== 'found') throw new Error(`s3://${bucket}/${key} is ${content.status}`);
  const builds = readBuilds(content.text);
  const attempt = { bucket, key, etag: content.etag, workflowId: 'plain loop', runId: 'plain loop' };
  const stored = await insertBuilds(database, attempt, builds, metadata);
  for (const { id, hash } of stored) {
    const build = builds.find((candidate) => candidate.hash === hash);
    if (build) await elasticsearch.index({ index, id, document: searchDocument(id, build.text) }, json);
  }
  await markIndexed(
    database,
    stored.map(({ id }) => id),
  );
}
