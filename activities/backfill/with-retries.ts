import pRetry from 'p-retry';

/**
 * Tries a request to S3 up to three times within a second or two: of thousands of requests some fail by chance, and
 * one must not cost the others. What lasts longer is left to Temporal, which repeats the activity.
 *
 * @throws the last error
 */
export async function withRetries<T>(request: () => Promise<T>): Promise<T> {
  return await pRetry(request, { retries: 2, minTimeout: 200, factor: 4, randomize: true });
}
