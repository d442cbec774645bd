import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Client } from '@elastic/elasticsearch';
import { messageOf } from '../../config/without-passwords.ts';

/** Django's levels of a message, which Dockerflow uses. */
export const levels = { ok: 0, debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

export type Level = keyof typeof levels;

export interface HealthMessage {
  readonly level: Level;
  /** Stable id, for example `buildhub.health.E001`. */
  readonly id: string;
  readonly text: string;
}

/** One check of `/__heartbeat__`. */
export interface HealthCheck {
  /** For example `check_elasticsearch`. */
  readonly name: string;
  /** Resolves with what is wrong, or undefined. A rejection counts as an error. */
  run(signal: AbortSignal): Promise<HealthMessage | undefined>;
}

/** @param ping resolves when PostgreSQL has responded to a query */
export function checkDatabaseConnected(ping: () => Promise<unknown>): HealthCheck {
  return {
    name: 'check_database_connected',
    async run() {
      try {
        await ping();
        return undefined;
      } catch (reason) {
        const text = `Could not connect to database: ${messageOf(reason)}`;
        return { level: 'error', id: 'dockerflow.health.E001', text };
      }
    },
  };
}

/**
 * Whether the cluster is green or yellow, and whether there is an index to search in.
 *
 * @param url shown in messages
 */
export function checkElasticsearch(client: Client, url: string, index: string): HealthCheck {
  return {
    name: 'check_elasticsearch',
    async run(signal) {
      try {
        const { status } = await client.cluster.health({}, { signal });
        if (status !== 'green' && status !== 'yellow')
          return error('E002', `Elasticsearch (${url}) not healthy ('${status}').`);
        if (await client.indices.exists({ index }, { signal })) return undefined;
        const text = `Elasticsearch has no index ${index}. Run the set-up or a reindex.`;
        // Not an error: a load balancer must let the first process in, so that somebody can set the index up.
        return { level: 'warning', id: 'buildhub.health.W001', text };
      } catch (reason) {
        return error('E001', `Unable to connect to Elasticsearch on ${url}: ${messageOf(reason)}`);
      }
    },
  };
}

/**
 * Whether what Elasticsearch acknowledged can be searched: a node that ran out of memory may take documents and never
 * refresh again.
 *
 * @param newestIndexed id of the last build that was indexed more than a minute ago, if there is one
 */
export function checkSearchable(
  client: Client,
  index: string,
  newestIndexed: () => Promise<string | undefined>,
): HealthCheck {
  return {
    name: 'check_searchable',
    async run(signal) {
      // What is wrong with either service is for its own check.
      const id = await newestIndexed().catch(() => undefined);
      if (id === undefined) return undefined;
      const found = await client
        .count({ index, query: { ids: { values: [id] } } }, { signal })
        .catch(() => undefined);
      if (found?.count !== 0) return undefined;
      return error(
        'E004',
        `Elasticsearch acknowledged build ${id} more than a minute ago, and a search does not find it. Restart Elasticsearch if it no longer refreshes; reindex if documents are missing.`,
      );
    },
  };
}

/** @param pending resolves with the names of migrations that have not been applied */
export function checkMigrationsApplied(pending: () => Promise<readonly string[]>): HealthCheck {
  return {
    name: 'check_migrations_applied',
    async run() {
      try {
        const names = await pending();
        if (names.length === 0) return undefined;
        const text = `Unapplied migrations: ${names.join(', ')}`;
        return { level: 'warning', id: 'dockerflow.health.W001', text };
      } catch (reason) {
        const text = `Can't connect to database to check migrations: ${messageOf(reason)}`;
        return { level: 'info', id: 'dockerflow.health.I001', text };
      }
    },
  };
}

/** Whether the bucket with the builds is there and may be read. */
export function checkS3Bucket(client: S3Client, bucket: string): HealthCheck {
  return {
    name: 'check_s3_bucket_url',
    async run(signal) {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
        return undefined;
      } catch (cause) {
        const { $metadata } = cause as { $metadata?: { httpStatusCode?: number } };
        const status = $metadata?.httpStatusCode;
        if (status === 404) return error('E002', `The bucket ${bucket} can not be found.`);
        if (status === 403) return error('E003', `You do not have access to read ${bucket}.`);
        throw new Error(`The bucket ${bucket} cannot be checked: ${String(cause)}`, { cause });
      }
    },
  };
}

function error(id: string, text: string): HealthMessage {
  return { level: 'error', id: `buildhub.health.${id}`, text };
}
