import type { Hono } from 'hono';
import type { Sandbox } from '../../tests/fixture/sandbox.ts';
import { createApp } from '../app.ts';
import { type ApiDependencies, defaultSettings } from '../dependencies.ts';

/**
 * The API in this process, on the services of a sandbox, without a page.
 *
 * @param changes what a test wants otherwise
 */
export function sandboxApp(sandbox: Sandbox, changes: Partial<ApiDependencies> = {}): Hono {
  return createApp({
    elasticsearch: sandbox.elasticsearch,
    database: sandbox.postgres.database,
    temporal: sandbox.temporal,
    countBuilds: async () => 0,
    isWedged: sandbox.postgres.isWedged,
    healthChecks: [],
    readVersion: () => undefined,
    logger: sandbox.logger,
    settings: { ...defaultSettings, index: sandbox.config.ELASTICSEARCH_INDEX, staticRoot: 'no-such-folder' },
    ...changes,
  });
}
