import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import type { Database } from '../../drizzle/connect.ts';
import { pendingMigrations } from '../../drizzle/migrate.ts';
import { countBuilds } from '../../drizzle/queries/builds.ts';
import { insertBuilds } from '../../drizzle/queries/insert-builds.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
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
  const sandbox = await createSandbox();
  const { config, elasticsearch, postgres, temporal } = sandbox;
  const { database } = postgres;
  const index = config.ELASTICSEARCH_INDEX;
  // Only what a test refreshes itself can be found.
  await elasticsearch.indices.putSettings({ index, settings: { refresh_interval: '-1' } });
  const dependencies: ApiDependencies = {
    elasticsearch,
    database,
    temporal,
    countBuilds: () => countBuilds(database),
    isWedged: postgres.isWedged,
    healthChecks: [
      checkDatabaseConnected(() => database.execute(sql`select 1`)),
      checkMigrationsApplied(() => pendingMigrations(database)),
      checkElasticsearch(elasticsearch, config.ELASTICSEARCH_URL, index),
    ],
    readVersion: () => ({ source: 'https://example.org/source', version: '1.0', commit: 'abc', build: '' }),
    logger: createLogger('test', 'fatal'),
    settings: {
      ...defaultSettings,
      index,
      staticRoot: join(import.meta.dirname, 'no-such-folder'),
      ...settings,
    },
  };
  const app = createApp(dependencies);
  return {
    app,
    index,
    databaseUrl: config.DATABASE_URL,
    elasticsearch,
    database,
    createApp: (other, rest = {}) =>
      createApp({ ...dependencies, ...rest, settings: { ...dependencies.settings, ...other } }),
    add: (texts) => add(texts, { database, elasticsearch, index }),
    search: async (body) => app.request('/api/search', { method: 'POST', body: JSON.stringify(body) }),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

async function add(
  texts: readonly string[],
  { database, elasticsearch, index }: Pick<ApiSandbox, 'database' | 'elasticsearch' | 'index'>,
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
