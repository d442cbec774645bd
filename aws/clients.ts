import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Config } from '../config/config.ts';

/** Connections to one service. A request that has to wait for one counts as connecting, and times out after two seconds. */
const maxSockets = 1_000;

/**
 * Time limits of a request, as options of the SDK's HTTP handler.
 *
 * @param response milliseconds until the response begins
 * @param silence milliseconds without a byte, also within a body
 */
function timeLimits(response: number, silence: number) {
  return {
    connectionTimeout: 2_000,
    requestTimeout: response,
    // Without it the SDK only logs a warning.
    throwOnRequestTimeout: true,
    socketTimeout: silence,
    // With the default of 50, a wide backfill would make downloads of new builds time out.
    httpAgent: { maxSockets },
    httpsAgent: { maxSockets },
  };
}

type Access = Pick<
  Config,
  'AWS_REGION' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN'
>;

function access(config: Access) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = config;
  return {
    region: config.AWS_REGION,
    ...(accessKeyId &&
      secretAccessKey && {
        credentials: {
          accessKeyId,
          secretAccessKey,
          ...(config.AWS_SESSION_TOKEN && { sessionToken: config.AWS_SESSION_TOKEN }),
        },
      }),
  };
}

/**
 * A client for S3. With `S3_UNSIGNED` its requests carry no signature, as for a public bucket. An endpoint other than
 * AWS's is addressed by path, since its host name need not resolve with a bucket in front.
 */
export function createS3Client(
  config: Access & Pick<Config, 'AWS_ENDPOINT_URL_S3' | 'S3_UNSIGNED'>,
): S3Client {
  const client = new S3Client({
    ...access(config),
    maxAttempts: 1, // Temporal retries
    requestHandler: timeLimits(10_000, 10_000),
    ...(config.AWS_ENDPOINT_URL_S3 && { endpoint: config.AWS_ENDPOINT_URL_S3, forcePathStyle: true }),
    ...(config.S3_UNSIGNED && { signer: { sign: async (request) => request } }),
  });
  // It copies every response for a log that is off, which is a tenth of the work of a listing.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/** A client for SQS. A long poll, which lasts up to 20 seconds, has to set its own `requestTimeout`. */
export function createSqsClient(config: Access & Pick<Config, 'AWS_ENDPOINT_URL_SQS'>): SQSClient {
  return new SQSClient({
    ...access(config),
    maxAttempts: 2,
    requestHandler: timeLimits(5_000, 30_000),
    ...(config.AWS_ENDPOINT_URL_SQS && { endpoint: config.AWS_ENDPOINT_URL_SQS }),
  });
}
