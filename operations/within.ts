export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';
}

/**
 * Waits no longer than so many milliseconds. A deadline on a call to Temporal would not do: it does not cover the
 * connecting, which a lazy connection does when it is first used.
 *
 * @throws {TooSlowError}
 */
export async function within<T>(work: Promise<T>, limit: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new TooSlowError(`no response within ${limit / 1_000} seconds`);
    timer = setTimeout(reject, limit, error);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
