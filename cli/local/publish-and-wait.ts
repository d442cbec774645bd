import { setTimeout as sleep } from 'node:timers/promises';
import { createS3Client } from '../../aws/clients.ts';
import type { Config } from '../../config/config.ts';
import { connect } from '../../drizzle/connect.ts';
import { countBuilds, countIndexed } from '../../drizzle/queries/builds.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { publish, sampleBuilds } from '../../stack/samples/publish.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** Milliseconds without a single new build after which something must be wrong. */
const patience = 180_000;

/**
 * Publishes samples into the bucket and, at the first start, waits until all can be found by a search. At a later start
 * the builds are there and only the bucket is empty again: it fills while the system is used already.
 *
 * @param note receives the progress, a few words at a time
 * @param onEvent receives what happens after the return, a line at a time
 * @returns the result in a few words. There are more builds than `count`, since a Firefox release is a beta too
 * @throws if no build arrives for three minutes; the message says where to look
 */
export async function publishAndWait(
  config: Config,
  count: number,
  logger: Logger,
  note: (text: string) => void,
  onEvent: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const objects = [...sampleBuilds(count, new Date())];
  const hashes = [...new Set(objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)))];
  await using postgres = connect(config, logger, 'buildhub start');
  const before = await countBuilds(postgres.database);
  const publishing = publish(createS3Client(config), config.S3_BUCKET, objects, (done) => {
    signal.throwIfAborted();
    if (before === 0 && done % 50 === 0) note(`${done} of ${count} published`);
  });
  if (before > 0) {
    publishing.catch(
      (error: Error) => signal.aborted || onEvent(`Publishing samples failed: ${error.message}`),
    );
    return `publishing ${count} builds in the background; ${before} builds are kept from earlier starts`;
  }
  await publishing;
  let arrived = 0;
  for (let lastChange = Date.now(); arrived < hashes.length; await sleep(200, undefined, { signal })) {
    const now = await countIndexed(postgres.database, hashes);
    if (now !== arrived) lastChange = Date.now();
    arrived = now;
    note(`${arrived} of ${hashes.length} builds ingested`);
    if (Date.now() - lastChange > patience) {
      throw new Error(
        `Only ${arrived} of ${hashes.length} sample builds have arrived, and none in the last three minutes. Look for the cause ` +
          `in the Temporal UI, ${config.TEMPORAL_UI_URL}, and in the worker's log.`,
      );
    }
  }
  await createElasticsearchClient(config).indices.refresh({ index: config.ELASTICSEARCH_INDEX });
  return `${hashes.length} builds are searchable`;
}
