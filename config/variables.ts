import { z } from 'zod';

const count = (initial: number, min = 1) => z.coerce.number().int().min(min).default(initial);
const flag = (initial: boolean) =>
  z
    .enum(['true', 'false', '1', '0'])
    .transform((text) => text === 'true' || text === '1')
    .default(initial);

const address = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be an address such as ${example}` });
const httpAddress = (example = 'http://localhost:9200') => address(/^https?$/, example);

/**
 * Every environment variable that Buildhub reads: its type, its default and what it is for.
 * The table in docs/configuration.md is made from this object, so a variable cannot exist without a description.
 * An empty value counts as not set.
 */
export const variables = {
  DATABASE_URL: address(/^postgres(ql)?$/, 'postgresql://user:password@localhost:5432/buildhub')
    .default('postgresql://localhost:5432/buildhub')
    .describe('PostgreSQL connection string; `sslmode` and the other libpq parameters belong into it'),
  DATABASE_POOL_SIZE: count(10).describe('Connections that one process holds open to PostgreSQL at most'),
  BUILDHUB2_DATABASE_URL: address(/^postgres(ql)?$/, 'postgresql://user:password@localhost:5432/buildhub2')
    .optional()
    .describe('Database of a Buildhub2, for the workers that run `buildhub import`; it is only read'),

  ELASTICSEARCH_URL: httpAddress().default('http://localhost:9200').describe('Address of Elasticsearch 9'),
  ELASTICSEARCH_INDEX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower case letters, digits, `.`, `_` and `-`')
    .default('buildhub2')
    .describe('Alias that is searched; the indexes behind it are named after it and numbered'),
  ELASTICSEARCH_API_KEY: z
    .string()
    .optional()
    .describe('API key for Elasticsearch, encoded as it was issued'),
  ELASTICSEARCH_USERNAME: z.string().optional().describe('User for Elasticsearch, where no API key is used'),
  ELASTICSEARCH_PASSWORD: z.string().optional().describe('Password of that user'),
  ELASTICSEARCH_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file with the authority that signed the certificate of Elasticsearch'),
  ELASTICSEARCH_REFRESH_INTERVAL: z
    .string()
    .regex(/^\d{1,4}ms$|^[1-9]s$|^[12]\ds$/, 'must be a duration up to 29 seconds, such as `1s`')
    .default('1s')
    .describe('How soon a search finds an indexed build, up to `29s`'),

  AWS_REGION: z.string().default('us-west-2').describe('Region of the queue and of the bucket'),
  AWS_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe(
      'Access key; where it is not set, the AWS SDK looks for a profile, a container role, an instance role',
    ),
  AWS_SECRET_ACCESS_KEY: z.string().optional().describe('Secret of that key'),
  AWS_SESSION_TOKEN: z.string().optional().describe('Session token of that key, where it is temporary'),
  AWS_ENDPOINT_URL_S3: httpAddress('http://localhost:8000')
    .optional()
    .describe('Address of S3 where it is not the one of AWS'),
  AWS_ENDPOINT_URL_SQS: httpAddress('http://localhost:8000')
    .optional()
    .describe('Address of SQS where it is not the one of AWS'),
  S3_BUCKET: z
    .string()
    .default('net-mozaws-prod-delivery-firefox')
    .describe('Bucket that backfills list and whose access the health check tests'),
  S3_UNSIGNED: flag(false).describe('Read S3 without credentials, for a public bucket'),
  S3_MAX_OBJECT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(262_144)
    .default(262_144)
    .describe(
      'A buildhub.json larger than this many bytes is invalid, also once decompressed; more would exceed the limits of Temporal',
    ),

  SQS_QUEUE_URL: httpAddress('http://localhost:8000')
    .optional()
    .describe('Queue with the events of the bucket; the poller cannot start without it'),
  SQS_DEAD_LETTER_QUEUE_URL: httpAddress('http://localhost:8000')
    .optional()
    .describe(
      'Dead-letter queue: SQS moves messages there after too many deliveries, the poller those that Temporal rejects',
    ),
  SQS_WAIT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(10)
    .describe(
      'Long poll: seconds that a receive waits for a message, and so what an idle poller takes to stop',
    ),
  SQS_VISIBILITY_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .max(43_200)
    .default(30)
    .describe('Seconds that a received message stays hidden; long enough for Temporal to accept a start'),
  POLLER_RECEIVERS: count(2).describe('Receive loops of one poller'),
  POLLER_MAX_IN_FLIGHT: count(64).describe('Messages that one poller may have in flight'),
  POLLER_MAX_BACKLOG: count(1000).describe(
    'The poller stops receiving while this many workflow tasks wait for a worker: the queue is the better place to wait',
  ),

  TEMPORAL_ADDRESS: z
    .string()
    .optional()
    .describe(
      'Temporal frontend, `host:port`; else from Temporal’s configuration file, else `localhost:7233`. The other variables of Temporal’s environment configuration (TLS, profiles, ...) work too',
    ),
  TEMPORAL_NAMESPACE: z.string().default('default').describe('Namespace in Temporal'),
  TEMPORAL_API_KEY: z.string().optional().describe('API key for Temporal Cloud; switches TLS on'),
  TEMPORAL_UI_URL: httpAddress('http://localhost:8000')
    .default('http://localhost:8233')
    .describe('Address of the Temporal UI, for links'),
  TEMPORAL_TASK_QUEUE: z.string().default('buildhub').describe('Task queue of the ingestion worker'),
  WORKER_CONCURRENCY: count(100).describe(
    'Workflow tasks and activities that one worker runs at the same time',
  ),

  TEMPORAL_DEPLOYMENT_NAME: z
    .string()
    .optional()
    .describe(
      'Worker Deployment in Temporal that the worker belongs to; Temporal then gives it tasks only once its version is current. Temporal’s Worker Controller sets it (see docs/deployment.md)',
    ),
  TEMPORAL_WORKER_BUILD_ID: z
    .string()
    .optional()
    .describe('Version of the worker in that deployment, such as the tag of the image'),

  WORKER_HTTP_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address on which worker and poller serve health and metrics'),
  WORKER_HTTP_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(9464)
    .describe('Port for the same; 0 takes a free one'),

  API_HOST: z.string().default('127.0.0.1').describe('Address that the API listens on'),
  API_PORT: z.coerce.number().int().min(0).max(65_535).default(8000).describe('Port that the API listens on'),
  API_URL: httpAddress('http://localhost:8000')
    .default('http://localhost:8000')
    .describe('Address of the API, for the command line and for links'),
  OPERATIONS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe(
      'What an operator has to know to retry, backfill, reindex and the like by API or page; where it is not set, both only show',
    ),
  MAX_SEARCH_SIZE: count(1000).describe('Largest `size` that a search may ask for'),
  SEARCH_TIME_LIMIT_SECONDS: count(10).describe('Seconds that one search may take; then it is refused'),
  SEARCHES_IN_FLIGHT: count(64).describe(
    'Searches that one API process runs at the same time; more are answered with 503 and Retry-After',
  ),
  TRUSTED_PROXIES: count(0, 0).describe(
    'Proxies between clients and the API. Each appends an address to X-Forwarded-For; that many from the end is the client, whose requests in flight are limited to half of SEARCHES_IN_FLIGHT. With 0 the header is ignored, and the limit is for each peer',
  ),
  ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .describe(
      'Names that may stand in the `Host` header, with commas in between; `.example.org` is that name and all below it, `*` any; empty for any',
    ),
  HSTS_SECONDS: count(31_536_000, 0).describe(
    'Seconds of `max-age` in Strict-Transport-Security, sent where a proxy says that the client came by HTTPS; 0 for no such header',
  ),
  CSP_REPORT_URI: z
    .string()
    .optional()
    .describe('Where browsers report breaches of the Content-Security-Policy to'),

  SHUTDOWN_SECONDS: count(30).describe(
    'A process that was told to stop ends after this many seconds at the latest',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddress('http://localhost:4318')
    .optional()
    .describe(
      'Collector that gets traces by OTLP over HTTP, `/v1/traces` below it; without it there are none. The other variables of OpenTelemetry (headers, sampler, ...) work too',
    ),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .describe('Name of the process in traces; `buildhub-worker` and the like by default'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe level that is logged'),
} as const satisfies Record<string, z.ZodType>;
