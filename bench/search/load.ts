import autocannon from 'autocannon';

/** The result of sending one request again and again. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Sends a POST again and again over a number of connections for some seconds.
 *
 * @param body with an id of its own in each request in place of `[<id>]`
 *
 * @throws when a response is anything but a 200: a figure for errors would mean nothing
 */
export async function load(
  url: string,
  body: string,
  options: { connections: number; seconds: number },
): Promise<LoadResult> {
  const result = await autocannon({
    url,
    connections: options.connections,
    duration: options.seconds,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    idReplacement: true,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url} returned ${result.non2xx} errors, and no response to ${result.errors} requests`);
  }
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}
