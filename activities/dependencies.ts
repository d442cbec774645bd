import type { S3Client } from '@aws-sdk/client-s3';
import type { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import type { Database } from '../drizzle/connect.ts';

export interface ActivityDependencies {
  readonly s3: S3Client;
  readonly database: Database;
  readonly buildhub2DatabaseUrl?: string | undefined;
  readonly elasticsearch: ElasticsearchClient;
  /** Alias of the index that is written to. */
  readonly indexAlias: string;
  readonly refreshInterval: string;
  /** A larger object is invalid. In bytes, before and after decompression. */
  readonly maxObjectBytes: number;
  /** Operations wait for it before each object or page, so that new builds come first. */
  readonly giveWay: () => Promise<void>;
  /** JSON text about the running code, stored with each build it inserts. */
  readonly metadata: string;
}
