import pRetry from 'p-retry';

/** Milliseconds that S3 has for a request, the body of its response included. Listings and builds are small. */
const timeLimit = 20_000;

/**
 * Tries a request to S3 up to three times within a second or two: of thousands of requests some fail by chance, and
 * one must not cost the others. What lasts longer is left to Temporal, which repeats the activity.
 *
 * @param request ends when its signal says so, which it also does when S3 does not respond in time
 * @param signal of the activity: nothing is tried again after it
 * @throws the last error
 */
export async function withRetries<T>(
  request: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const attempt = async () => {
    const timeout = AbortSignal.timeout(timeLimit);
    try {
      return await request(AbortSignal.any([signal, timeout]));
    } catch (error) {
      if (!timeout.aborted) throw error;
      throw new Error(`S3 did not respond within ${timeLimit / 1_000} s`, { cause: error });
    }
  };
  return await pRetry(attempt, { retries: 2, minTimeout: 200, factor: 4, randomize: true, signal });
}
