import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@elastic/elasticsearch';
import type { Client as TemporalClient } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { Database } from '../drizzle/connect.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HealthChecks } from './dockerflow/health-checks.ts';
import type { ObserveStores } from './metrics.ts';

export interface ApiDependencies {
  readonly config: Config;
  readonly elasticsearch: Client;
  readonly database: Database;
  readonly temporal: TemporalClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  countBuilds(): Promise<number>;
  readonly healthChecks: HealthChecks;
  /** Whether the process has to be restarted, see `Connected.isWedged`. */
  isWedged(): boolean;
  readonly logger: Logger;
  /** The gauges of the stores for `/metrics`; without it there are none. */
  readonly observeStores?: ObserveStores;
  /** Folder with the built UI; it need not exist. */
  readonly staticRoot: string;
  /** Exports in flight, 4 by default; more get a 503. */
  readonly exportsInFlight?: number;
  /** Builds that an export reads at a time, 500 by default. */
  readonly exportPageSize?: number;
}
