import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Hono } from 'hono';
import { pendingMigrations } from '../../drizzle/migrate.ts';
import { countBuilds } from '../../drizzle/queries/builds.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { createApp } from '../app.ts';
import { type ApiDependencies, type ApiSettings, defaultSettings } from '../dependencies.ts';
import {
  checkDatabaseConnected,
  checkElasticsearch,
  checkMigrationsApplied,
} from '../dockerflow/health-checks.ts';

/** A sandbox with an API in this process. */
export interface ApiSandbox extends Sandbox {
  readonly app: Hono;
  readonly index: string;
  /** Another app on the same services. */
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
  const app = sandboxApp(sandbox, settings);
  return {
    ...sandbox,
    app,
    index: sandbox.config.ELASTICSEARCH_INDEX,
    createApp: (other, dependencies) => sandboxApp(sandbox, { ...settings, ...other }, dependencies),
    add: (texts) => add(texts, sandbox),
    search: async (body) => app.request('/api/search', { method: 'POST', body: JSON.stringify(body) }),
  };
}

/** The API in this process, on the services of a sandbox, without a page. */
export function sandboxApp(
  sandbox: Sandbox,
  settings: Partial<ApiSettings> = {},
  dependencies: Partial<ApiDependencies> = {},
): Hono {
  const { config, elasticsearch, postgres, temporal, logger } = sandbox;
  const { database, isWedged } = postgres;
  const index = config.ELASTICSEARCH_INDEX;
  return createApp({
    elasticsearch,
    database,
    temporal,
    countBuilds: () => countBuilds(database),
    isWedged,
    healthChecks: [
      checkDatabaseConnected(() => database.execute(sql`select 1`)),
      checkMigrationsApplied(() => pendingMigrations(database)),
      checkElasticsearch(elasticsearch, config.ELASTICSEARCH_URL, index),
    ],
    readVersion: () => ({ source: 'https://example.org/source', version: '1.0', commit: 'abc', build: '' }),
    logger,
    ...dependencies,
    settings: {
      ...defaultSettings,
      index,
      staticRoot: join(import.meta.dirname, 'no-such-folder'),
      ...settings,
    },
  });
}

async function add(
  texts: readonly string[],
  { postgres, elasticsearch, config }: Pick<Sandbox, 'postgres' | 'elasticsearch' | 'config'>,
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
    const stored = await insertBuilds(postgres.database, attempt, builds, '{}');
    for (const [position, { id, created }] of stored.entries()) {
      const build = builds[position];
      if (!created || build === undefined) continue;
      lines.push(`{"index":{"_id":"${id}"}}`, searchDocument(id, build.text));
    }
  }
  const path = `/${config.ELASTICSEARCH_INDEX}/_bulk`;
  const { errors } = await elasticsearch.transport.request<{ errors: boolean }>(
    { method: 'POST', path, querystring: { refresh: true }, bulkBody: lines },
    {},
  );
  if (errors) throw new Error('Elasticsearch refused a document');
}
