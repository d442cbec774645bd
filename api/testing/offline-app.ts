import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { type ApiDependencies, type ApiSettings, defaultSettings } from '../dependencies.ts';

/** An app without services, for what needs none. Nothing listens at the address of its Elasticsearch. */
export function createOfflineApp(
  settings: Partial<ApiSettings> = {},
  dependencies: Partial<Omit<ApiDependencies, 'settings'>> = {},
) {
  return createApp({
    elasticsearch: new Client({ node: 'http://127.0.0.1:9', maxRetries: 0 }),
    countBuilds: async () => 17,
    healthChecks: [],
    readVersion: () => ({ source: 's', version: '1', commit: 'c', build: 'b' }),
    logger: pino({ level: 'silent' }),
    ...dependencies,
    settings: {
      ...defaultSettings,
      index: 'buildhub2',
      staticRoot: join(import.meta.dirname, 'no-such-folder'),
      ...settings,
    },
  });
}
