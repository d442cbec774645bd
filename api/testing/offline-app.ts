import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import { pino } from 'pino';
import { createS3Client, createSqsClient } from '../../aws/clients.ts';
import { loadConfig } from '../../config/config.ts';
import { connect } from '../../drizzle/connect.ts';
import { createApp } from '../app.ts';
import { type ApiDependencies, type ApiSettings, defaultSettings } from '../dependencies.ts';

/** An app without services, for what needs none. Nothing listens at the addresses of its services. */
export function createOfflineApp(
  settings: Partial<ApiSettings> = {},
  dependencies: Partial<Omit<ApiDependencies, 'settings'>> = {},
) {
  const config = loadConfig({ AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' });
  const logger = pino({ level: 'silent' });
  const { database } = connect(
    { DATABASE_URL: 'postgresql://127.0.0.1:9/nothing', DATABASE_POOL_SIZE: 1 },
    logger,
  );
  const temporal = new TemporalClient({ connection: Connection.lazy({ address: '127.0.0.1:9' }) });
  return createApp({
    elasticsearch: new Client({ node: 'http://127.0.0.1:9', maxRetries: 0 }),
    database,
    temporal,
    operations: {
      temporal,
      s3: createS3Client(config),
      sqs: createSqsClient(config),
      config,
    },
    countBuilds: async () => 17,
    isWedged: () => false,
    healthChecks: [],
    readVersion: () => ({ source: 's', version: '1', commit: 'c', build: 'b' }),
    logger,
    ...dependencies,
    settings: {
      ...defaultSettings,
      index: 'buildhub2',
      staticRoot: join(import.meta.dirname, 'no-such-folder'),
      ...settings,
    },
  });
}
