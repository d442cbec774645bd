import { Client } from '@elastic/elasticsearch';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import { pino } from 'pino';
import { createS3Client, createSqsClient } from '../../aws/clients.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { connect } from '../../drizzle/connect.ts';
import { createApp } from '../app.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** An app without services, for what needs none. Nothing listens at the addresses of its services. */
export function createOfflineApp(
  settings: Partial<Config> = {},
  dependencies: Partial<Omit<ApiDependencies, 'config'>> = {},
) {
  const config = {
    ...loadConfig({
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
      DATABASE_URL: 'postgresql://127.0.0.1:9/nothing',
      DATABASE_POOL_SIZE: '1',
    }),
    ...settings,
  };
  const logger = pino({ level: 'silent' });
  const { database, isWedged } = connect(config, logger);
  return createApp({
    config,
    elasticsearch: new Client({ node: 'http://127.0.0.1:9', maxRetries: 0 }),
    database,
    temporal: new TemporalClient({ connection: Connection.lazy({ address: '127.0.0.1:9' }) }),
    s3: createS3Client(config),
    sqs: createSqsClient(config),
    countBuilds: async () => 17,
    isWedged,
    healthChecks: {},
    logger,
    staticRoot: '/no-such-folder',
    ...dependencies,
  });
}
