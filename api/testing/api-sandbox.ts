import type { Hono } from 'hono';
import type { Config } from '../../config/config.ts';
import { countBuilds } from '../../drizzle/queries/builds.ts';
import { readBuilds } from '../../schema/published-build.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { createApp } from '../app.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { healthChecks } from '../dockerflow/health-checks.ts';

export interface ApiSandbox extends Sandbox {
  readonly app: Hono;
  readonly index: string;
  /** Another app on the same services. */
  createApp(settings: Partial<Config>, dependencies?: Partial<ApiDependencies>): Hono;
  /**
   * Inserts and indexes the builds of buildhub.json texts in their order, so that they can be searched at once.
   * The texts need not be builds in the eyes of anybody else: key and bucket are made up.
   */
  add(texts: readonly string[]): Promise<void>;
  search(body: unknown): Promise<Response>;
}

export async function createApiSandbox(
  settings: Partial<Config> = {},
  dependencies: Partial<ApiDependencies> = {},
): Promise<ApiSandbox> {
  const sandbox = await createSandbox();
  const app = sandboxApp(sandbox, settings, dependencies);
  return {
    ...sandbox,
    app,
    index: sandbox.config.ELASTICSEARCH_INDEX,
    createApp: (otherSettings, others) =>
      sandboxApp(sandbox, { ...settings, ...otherSettings }, { ...dependencies, ...others }),
    add: (texts) => add(texts, sandbox),
    search: async (body) => app.request('/api/search', { method: 'POST', body: JSON.stringify(body) }),
  };
}

/** The API in this process, on the services of a sandbox, without a page. */
export function sandboxApp(
  sandbox: Sandbox,
  settings: Partial<Config> = {},
  dependencies: Partial<ApiDependencies> = {},
): Hono {
  const { database, isWedged } = sandbox.postgres;
  const config = { ...sandbox.config, ...settings };
  return createApp({
    ...sandbox,
    config,
    database,
    isWedged,
    countBuilds: () => countBuilds(database),
    healthChecks: healthChecks(config, { ...sandbox, database }),
    staticRoot: '/no-such-folder',
    ...dependencies,
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
