import { z } from 'zod';

const number = (initial: number, min: number, max: number) => {
  const error =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number of ${min} or more`
      : `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(error).int(error).min(min, error).max(max, error).default(initial);
};
const count = (initial: number, min = 1) => number(initial, min, Number.MAX_SAFE_INTEGER);
const port = (initial: number) => number(initial, 0, 65_535);
const text = () => z.string().optional();
const flag = (initial: boolean) =>
  z
    .enum(['true', 'false', '1', '0'])
    .transform((word) => word === 'true' || word === '1')
    .default(initial);
const pattern = (allowed: RegExp, error: string) => z.string().regex(allowed, error);

const address = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be an address such as ${example}` });
const httpAddress = (example = 'http://localhost:8000') => address(/^https?$/, example);
const databaseAddress = (name: string) =>
  address(/^postgres(ql)?$/, `postgresql://user:password@localhost:5432/${name}`);

/**
 * Every environment variable that Buildhub reads: its type, its default and what it is for.
 * The table in docs/configuration.md is made from this object, so a variable cannot exist without a description.
 * An empty value counts as not set.
 */
export const variables = {
  DATABASE_URL: databaseAddress('buildhub')
    .default('postgresql://localhost:5432/buildhub')
    .describe('PostgreSQL connection string. `sslmode` and other parameters of libpq are part of it'),
  DATABASE_POOL_SIZE: count(10).describe('Maximum number of connections that one process has to PostgreSQL'),
  BUILDHUB2_DATABASE_URL: databaseAddress('buildhub2')
    .optional()
    .describe('Database of a Buildhub2. The workers read it during `buildhub import`'),

  ELASTICSEARCH_URL: httpAddress('http://localhost:9200')
    .default('http://localhost:9200')
    .describe('Address of Elasticsearch 9'),
  ELASTICSEARCH_INDEX: pattern(
    /^[a-z0-9][a-z0-9._-]*$/,
    'must be lower case letters, digits, `.`, `_` and `-`',
  )
    .default('buildhub2')
    .describe('Alias that is searched. The indexes behind it have its name and a number'),
  ELASTICSEARCH_API_KEY: text().describe('API key for Elasticsearch, encoded as it was issued'),
  ELASTICSEARCH_USERNAME: text().describe('User of Elasticsearch, if no API key is used'),
  ELASTICSEARCH_PASSWORD: text().describe('Password of that user'),
  ELASTICSEARCH_CA_FILE: text().describe(
    'PEM file with the authority that signed the certificate of Elasticsearch',
  ),
  ELASTICSEARCH_REFRESH_INTERVAL: pattern(
    /^[1-9]\d{0,3}ms$|^[1-9]s$|^[12]\ds$/,
    'must be a duration up to 29 seconds, such as `1s`',
  )
    .default('250ms')
    .describe('How soon a search finds an indexed build, up to `29s`'),

  AWS_REGION: z.string().default('us-west-2').describe('Region of the queue and of the bucket'),
  AWS_ACCESS_KEY_ID: text().describe(
    'Access key. If unset, the AWS SDK looks for a profile, a container role or an instance role',
  ),
  AWS_SECRET_ACCESS_KEY: text().describe('Secret of that key'),
  AWS_SESSION_TOKEN: text().describe('Session token of that key, if it is temporary'),
  AWS_ENDPOINT_URL_S3: httpAddress().optional().describe('Address of S3, if it is not AWS’s own'),
  AWS_ENDPOINT_URL_SQS: httpAddress().optional().describe('Address of SQS, if it is not AWS’s own'),
  S3_BUCKET: z
    .string()
    .default('net-mozaws-prod-delivery-firefox')
    .describe('Bucket that backfills list and that the health check reads'),
  S3_UNSIGNED: flag(false).describe('Read S3 without credentials, for a public bucket'),
  S3_MAX_OBJECT_BYTES: number(262_144, 1, 262_144).describe(
    'A buildhub.json larger than this many bytes is invalid, also once decompressed. More would exceed the limits of Temporal',
  ),

  SQS_QUEUE_URL: httpAddress()
    .optional()
    .describe('Queue with the events of the bucket. The poller cannot start without it'),
  SQS_DEAD_LETTER_QUEUE_URL: httpAddress()
    .optional()
    .describe(
      'Dead-letter queue: SQS moves messages there after too many deliveries, and the poller those that Temporal rejects',
    ),
  SQS_WAIT_SECONDS: number(10, 1, 20).describe(
    'Seconds that a receive waits for a message (long polling). An idle poller takes as long to stop',
  ),
  SQS_VISIBILITY_SECONDS: number(30, 10, 43_200).describe(
    'Seconds that a received message stays hidden. Temporal has to accept the start within this time',
  ),
  POLLER_RECEIVERS: count(2).describe('Receive loops of one poller'),
  POLLER_MAX_IN_FLIGHT: count(64).describe('Messages that one poller may have in flight'),
  POLLER_MAX_BACKLOG: count(1000).describe(
    'The poller stops receiving while this many workflow tasks wait for a worker. Messages then wait in the queue',
  ),

  TEMPORAL_ADDRESS: text().describe(
    'Temporal frontend, `host:port`. If unset, from the configuration file that `TEMPORAL_CONFIG_FILE` names, or `localhost:7233`. The other variables of Temporal’s environment configuration (TLS, profiles, ...) work too',
  ),
  TEMPORAL_NAMESPACE: z.string().default('default').describe('Namespace in Temporal'),
  TEMPORAL_API_KEY: text().describe('API key for Temporal Cloud. It switches TLS on'),
  TEMPORAL_UI_URL: httpAddress()
    .default('http://localhost:8233')
    .describe('Address of the Temporal UI, for links'),
  TEMPORAL_TASK_QUEUE: z.string().default('buildhub').describe('Task queue of the worker'),
  WORKER_CONCURRENCY: count(100).describe(
    'Workflow tasks and activities that one worker runs at the same time',
  ),

  TEMPORAL_DEPLOYMENT_NAME: text().describe(
    'Worker Deployment in Temporal that the worker belongs to. Temporal gives it tasks only once its version is current. Temporal’s Worker Controller sets it (see docs/deployment.md)',
  ),
  TEMPORAL_WORKER_BUILD_ID: text().describe(
    'Version of the worker in that deployment, such as the tag of the image',
  ),

  WORKER_HTTP_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address on which worker and poller serve health and metrics'),
  WORKER_HTTP_PORT: port(9464).describe('Port of health and metrics. 0 picks a free port'),

  API_HOST: z.string().default('127.0.0.1').describe('Address that the API listens on'),
  API_PORT: port(8000).describe('Port that the API listens on. 0 takes a free one'),
  API_URL: httpAddress()
    .default('http://localhost:8000')
    .describe('Public address of the API, for links. Commands need the addresses of the services instead'),
  OPERATIONS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .regex(/^[!-~]+$/, 'must have only ASCII characters, and no spaces')
    .optional()
    .describe('Bearer token required for operations. If unset, the API and the page are read-only'),
  MAX_SEARCH_SIZE: count(1000).describe('Largest `size` that a search may ask for'),
  SEARCH_TIME_LIMIT_SECONDS: number(10, 1, 25).describe(
    'Seconds that one search may take before it is refused',
  ),
  SEARCHES_IN_FLIGHT: count(64).describe(
    'Searches that one API process runs at the same time. Further ones get 503 with Retry-After',
  ),
  TRUSTED_PROXIES: count(0, 0).describe(
    'Number of proxies in front of the API. The client, which may have half of SEARCHES_IN_FLIGHT at once, is that many entries from the end of X-Forwarded-For. 0 ignores the header',
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
      'Names that the `Host` header may have, separated by commas. `.example.org` is that name and all below it, `*` is any name. Empty allows any name',
    ),
  HSTS_SECONDS: count(31_536_000, 0).describe(
    'Value of `max-age` in Strict-Transport-Security, which is sent if a proxy reports that the client used HTTPS. 0 switches it off',
  ),
  CSP_REPORT_URI: text().describe('Address to which browsers report breaches of the Content-Security-Policy'),

  SHUTDOWN_SECONDS: count(30).describe('Seconds that a process has to shut down'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddress('http://localhost:4318')
    .optional()
    .describe(
      'Collector that receives traces by OTLP over HTTP, at `/v1/traces` below it. If unset, there are no traces. The other variables of OpenTelemetry (service name, headers, sampler, ...) work too',
    ),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe level that is logged'),
} as const satisfies Record<string, z.ZodType>;
