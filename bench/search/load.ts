import autocannon from 'autocannon';

/** What came of sending one request over and over. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Texts that a connection goes through before it begins again: more than the API can answer on one in the time for which
 * it keeps an answer.
 */
const textsOfConnection = 250;

/** Blanks of JSON that stand for a number, as binary digits. */
function blanksFor(number: number): string {
  return number.toString(2).replaceAll('0', ' ').replaceAll('1', '\n');
}

/**
 * Sends the same POST over a number of connections for some seconds.
 *
 * @param options.apart whether each request has a text of its own, by blanks after the JSON: the same search, but none
 *   that the API could answer together with another one, or soon after it
 * @throws when an answer is anything but a 200: a figure for errors would mean nothing
 */
export async function load(
  url: string,
  body: string,
  options: { connections: number; seconds: number; apart: boolean },
): Promise<LoadResult> {
  let textsMade = 0;
  const ownTexts = () =>
    Array.from({ length: textsOfConnection }, () => ({ body: body + blanksFor(textsMade++) }));
  const result = await autocannon({
    url,
    connections: options.connections,
    duration: options.seconds,
    ...(options.apart && { setupClient: (client) => client.setRequests(ownTexts()) }),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(
      `${url} answered ${result.non2xx} requests with an error, and ${result.errors} not at all`,
    );
  }
  return {
    requestsPerSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}
