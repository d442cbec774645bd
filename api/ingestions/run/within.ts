/** Milliseconds that Temporal has for one answer, so that a page about an ingestion does not wait for it. */
export const temporalTimeLimit = 3_000;

/** Temporal did not answer in time. */
export class TemporalTooSlowError extends Error {
  override readonly name = 'TemporalTooSlowError';
}

/**
 * Waits no longer than the limit. A deadline on the call would not do: it does not cover the connecting, which a lazy
 * connection does when it is first used.
 *
 * @throws {TemporalTooSlowError}
 */
export async function within<T>(work: Promise<T>, limit = temporalTimeLimit): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TemporalTooSlowError(`no answer within ${limit / 1000} seconds`)),
      limit,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
