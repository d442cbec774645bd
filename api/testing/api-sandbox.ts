import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { Client as TemporalClient } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { loadConfig } from '../../config/config.ts';
import { type Connected, connect, type Database } from '../../drizzle/connect.ts';
import { migrate, pendingMigrations } from '../../drizzle/migrate.ts';
import { countBuilds } from '../../drizzle/queries/builds.ts';
import { insertBuilds } from '../../drizzle/queries/insert-builds.ts';
import { ensureBuildIndex } from '../../elasticsearch/build-index.ts';
import { createElasticsearchClient } from '../../elasticsearch/client.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { connectClient } from '../../temporal/connection.ts';
import { administrate } from '../../tests/fixture/administrate.ts';
import { createApp } from '../app.ts';
import { type ApiDependencies, type ApiSettings, defaultSettings } from '../dependencies.ts';
import {
  checkDatabaseConnected,
  checkElasticsearch,
  checkMigrationsApplied,
} from '../dockerflow/health-checks.ts';

/** An API on the services of the environment, with a database and an index of its own. */
export interface ApiSandbox extends AsyncDisposable {
  readonly app: Hono;
  readonly index: string;
  readonly databaseUrl: string;
  readonly elasticsearch: Client;
  readonly database: Database;
  /** Another app on the same database and index. */
  createApp(settings: Partial<ApiSettings>, dependencies?: Partial<ApiDependencies>): Hono;
  /**
   * Inserts and indexes the builds of buildhub.json texts in their order, so that they can be searched at once.
   * The texts need not be builds in the eyes of anybody else: key and bucket are made up.
   */
  add(texts: readonly string[]): Promise<void>;
  /** Sends a search. */
  search(body: unknown): Promise<Response>;
}

export async function createApiSandbox(settings: Partial<ApiSettings> = {}): Promise<ApiSandbox> {
  const config = loadConfig();
  const name = `test-${randomBytes(5).toString('hex')}`;
  const url = new URL(config.DATABASE_URL);
  url.pathname = `/${name}`;
  await administrate(config.DATABASE_URL, `create database "${name}"`);
  await migrate(url.href);
  const logger = createLogger('test', 'fatal');
  const postgres = connect({ DATABASE_URL: url.href, DATABASE_POOL_SIZE: 4 }, logger, name);
  const elasticsearch = createElasticsearchClient(config);
  const temporal = connectClient(config);
  const { index } = await ensureBuildIndex(elasticsearch, name, '-1');
  const { database } = postgres;
  const dependencies: ApiDependencies = {
    elasticsearch,
    database,
    temporal: new TemporalClient({ connection: temporal, namespace: config.TEMPORAL_NAMESPACE }),
    countBuilds: () => countBuilds(database),
    isWedged: postgres.isWedged,
    healthChecks: [
      checkDatabaseConnected(() => database.execute(sql`select 1`)),
      checkMigrationsApplied(() => pendingMigrations(database)),
      checkElasticsearch(elasticsearch, config.ELASTICSEARCH_URL, name),
    ],
    readVersion: () => ({ source: 'https://example.org/source', version: '1.0', commit: 'abc', build: '' }),
    logger,
    settings: {
      ...defaultSettings,
      index: name,
      staticRoot: join(import.meta.dirname, 'no-such-folder'),
      ...settings,
    },
  };
  const app = createApp(dependencies);
  return {
    app,
    index: name,
    databaseUrl: url.href,
    elasticsearch,
    database,
    createApp: (other, rest = {}) =>
      createApp({ ...dependencies, ...rest, settings: { ...dependencies.settings, ...other } }),
    add: (texts) => add(texts, postgres, elasticsearch, index),
    search: async (body) => app.request('/api/search', { method: 'POST', body: JSON.stringify(body) }),
    async [Symbol.asyncDispose]() {
      await postgres.close();
      await administrate(config.DATABASE_URL, `drop database "${name}" with (force)`);
      await elasticsearch.indices.delete({ index });
      await elasticsearch.close();
      await temporal.close();
    },
  };
}

async function add(
  texts: readonly string[],
  { database }: Connected,
  elasticsearch: Client,
  index: string,
): Promise<void> {
  const lines: string[] = [];
  for (const [number, text] of texts.entries()) {
    const builds = readBuilds(text);
    const attempt = {
      bucket: 'bucket',
      key: `key-${number}`,
      workflowId: `workflow-${number}`,
      runId: 'run',
    };
    const stored = await insertBuilds(database, attempt, builds, '{}');
    for (const [position, { id, created }] of stored.entries()) {
      const build = builds[position];
      if (!created || build === undefined) continue;
      lines.push(`{"index":{"_id":"${id}"}}`, searchDocument(id, build.text));
    }
  }
  const { errors } = await elasticsearch.transport.request<{ errors: boolean }>(
    { method: 'POST', path: `/${index}/_bulk`, querystring: { refresh: true }, bulkBody: lines },
    {},
  );
  if (errors) throw new Error('Elasticsearch refused a document');
}
