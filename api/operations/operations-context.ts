import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import type { Client } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../drizzle/connect.ts';
import type { LinkSettings } from '../builds/addresses.ts';

/** What the routes of operations need beside what the other routes have. */
export interface OperationsSettings {
  readonly temporal: Client;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly config: Pick<
    Config,
    | 'ELASTICSEARCH_INDEX'
    | 'OPERATIONS_TOKEN'
    | 'S3_BUCKET'
    | 'SQS_DEAD_LETTER_QUEUE_URL'
    | 'SQS_QUEUE_URL'
    | 'TEMPORAL_TASK_QUEUE'
  >;
}

export interface OperationsContext extends OperationsSettings {
  readonly database: Database;
  readonly elasticsearch: ElasticsearchClient;
  readonly links: LinkSettings;
}
