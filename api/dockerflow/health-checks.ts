import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Client } from '@elastic/elasticsearch';

/** Django's levels of a message, which Dockerflow uses. */
export const levels = { ok: 0, debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

export type Level = keyof typeof levels;

/** Something that a check found. */
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
  /** Resolves with what is wrong, or nothing. A rejection counts as an error. */
  run(signal: AbortSignal): Promise<readonly HealthMessage[]>;
}

/** The text of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @param ping resolves when PostgreSQL has responded to a query */
export function checkDatabaseConnected(ping: () => Promise<unknown>): HealthCheck {
  return {
    name: 'check_database_connected',
    async run() {
      try {
        await ping();
        return [];
      } catch (error) {
        return [
          {
            level: 'error',
            id: 'dockerflow.health.E001',
            text: `Could not connect to database: ${reasonOf(error)}`,
          },
        ];
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
        if (status !== 'green' && status !== 'yellow') {
          return [error('E002', `Elasticsearch (${url}) not healthy (${quoted(status)}).`)];
        }
        const exists = await client.indices.exists({ index }, { signal });
        return exists ? [] : [missing(index)];
      } catch (reason) {
        return [error('E001', `Unable to connect to Elasticsearch on ${url}: ${reasonOf(reason)}`)];
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
      if (id === undefined) return [];
      const search = { index, query: { ids: { values: [id] } }, size: 0, track_total_hits: true };
      const found = await client.search(search, { signal }).catch(() => undefined);
      const total = found?.hits.total;
      if (total === undefined || (typeof total === 'number' ? total : total.value) > 0) return [];
      return [
        error(
          'E004',
          `Elasticsearch acknowledged build ${id} more than a minute ago, and a search does not find it. Restart Elasticsearch if it no longer refreshes; reindex if documents are missing.`,
        ),
      ];
    },
  };
}

function error(id: string, text: string): HealthMessage {
  return { level: 'error', id: `buildhub.health.${id}`, text };
}

/** Not an error: a load balancer must let the first process in, so that somebody can set the index up. */
function missing(index: string): HealthMessage {
  return {
    level: 'warning',
    id: 'buildhub.health.W001',
    text: `Elasticsearch has no index ${index}. Run the set-up or a reindex.`,
  };
}

function quoted(text: unknown): string {
  return `'${String(text)}'`;
}

/** @param pending resolves with the names of migrations that have not been applied */
export function checkMigrationsApplied(pending: () => Promise<readonly string[]>): HealthCheck {
  return {
    name: 'check_migrations_applied',
    async run() {
      try {
        const names = await pending();
        if (names.length === 0) return [];
        return [
          {
            level: 'warning',
            id: 'dockerflow.health.W001',
            text: `Unapplied migrations: ${names.join(', ')}`,
          },
        ];
      } catch (error) {
        return [
          {
            level: 'info',
            id: 'dockerflow.health.I001',
            text: `Can't connect to database to check migrations: ${reasonOf(error)}`,
          },
        ];
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
        return [];
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) return [found('E002', `The bucket ${bucket} can not be found.`)];
        if (status === 403) return [found('E003', `You do not have access to read ${bucket}.`)];
        throw new Error(`The bucket ${bucket} cannot be checked: ${String(error)}`, { cause: error });
      }
    },
  };
}

function found(id: string, text: string) {
  return { level: 'error', id: `buildhub.health.${id}`, text } as const;
}

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata;
  return metadata?.httpStatusCode;
}
