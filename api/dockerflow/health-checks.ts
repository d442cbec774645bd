import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Client } from '@elastic/elasticsearch';
import { sql } from 'drizzle-orm';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../config/without-passwords.ts';
import type { Database } from '../../drizzle/connect.ts';
import { pendingMigrations } from '../../drizzle/migrate.ts';
import { newestIndexed } from '../../drizzle/queries/store-state.ts';

/** Django's levels of a message, which Dockerflow uses. */
export const levels = { ok: 0, debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

export type Level = keyof typeof levels;

export interface HealthMessage {
  readonly level: Level;
  /** Stable id, for example `buildhub.health.E001`. */
  readonly id: string;
  readonly text: string;
}

/** Resolves with what is wrong, or undefined. A rejection counts as an error. */
export type HealthCheck = (signal: AbortSignal) => Promise<HealthMessage | undefined>;

/** By name, such as `check_elasticsearch`. */
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

interface HealthStores {
  readonly database: Database;
  readonly elasticsearch: Client;
  readonly s3: S3Client;
}

/** The checks of `/__heartbeat__`, in their order. */
export function healthChecks(
  config: Pick<Config, 'ELASTICSEARCH_INDEX' | 'ELASTICSEARCH_URL' | 'S3_BUCKET'>,
  { database, elasticsearch, s3 }: HealthStores,
) {
  const { ELASTICSEARCH_INDEX: index, ELASTICSEARCH_URL: url, S3_BUCKET: bucket } = config;
  return {
    async check_database_connected() {
      try {
        await database.execute(sql`select 1`);
        return undefined;
      } catch (reason) {
        const text = `Could not connect to database: ${messageOf(reason)}`;
        return { level: 'error', id: 'dockerflow.health.E001', text };
      }
    },

    async check_migrations_applied() {
      try {
        const names = await pendingMigrations(database);
        if (names.length === 0) return undefined;
        const text = `Unapplied migrations: ${names.join(', ')}`;
        return { level: 'warning', id: 'dockerflow.health.W001', text };
      } catch (reason) {
        const text = `Can't connect to database to check migrations: ${messageOf(reason)}`;
        return { level: 'info', id: 'dockerflow.health.I001', text };
      }
    },

    /** Whether the cluster is green or yellow, and whether there is an index to search in. */
    async check_elasticsearch(signal) {
      try {
        const { status } = await elasticsearch.cluster.health({}, { signal });
        if (status !== 'green' && status !== 'yellow')
          return error('E002', `Elasticsearch (${url}) not healthy ('${status}').`);
        if (await elasticsearch.indices.exists({ index }, { signal })) return undefined;
        const text = `Elasticsearch has no index ${index}. Run the set-up or a reindex.`;
        // Not an error: a load balancer must let the first process in, so that somebody can set the index up.
        return { level: 'warning', id: 'buildhub.health.W001', text };
      } catch (reason) {
        return error('E001', `Unable to connect to Elasticsearch on ${url}: ${messageOf(reason)}`);
      }
    },

    /**
     * Whether what Elasticsearch acknowledged more than a minute ago can be searched: a node that ran out of memory may
     * take documents and never refresh again.
     */
    async check_searchable(signal) {
      // What is wrong with either service is for its own check.
      const [id] = await newestIndexed(database, 1).catch(() => []);
      if (id === undefined) return undefined;
      const found = await elasticsearch
        .count({ index, query: { ids: { values: [id] } } }, { signal })
        .catch(() => undefined);
      if (found?.count !== 0) return undefined;
      return error(
        'E004',
        `Elasticsearch acknowledged build ${id} more than a minute ago, and a search does not find it. Restart Elasticsearch if it no longer refreshes; reindex if documents are missing.`,
      );
    },

    async check_s3_bucket_url(signal) {
      try {
        await s3.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
        return undefined;
      } catch (cause) {
        const { $metadata } = cause as { $metadata?: { httpStatusCode?: number } };
        const status = $metadata?.httpStatusCode;
        if (status === 404) return error('E002', `The bucket ${bucket} can not be found.`);
        if (status === 403) return error('E003', `You do not have access to read ${bucket}.`);
        throw new Error(`The bucket ${bucket} cannot be checked: ${String(cause)}`, { cause });
      }
    },
  } satisfies HealthChecks;
}

function error(id: string, text: string): HealthMessage {
  return { level: 'error', id: `buildhub.health.${id}`, text };
}
