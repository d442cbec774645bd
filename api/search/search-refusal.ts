/** Why a search was refused, for the metrics. */
export type RefusalKind =
  | 'syntax'
  | 'limit'
  | 'not_allowed'
  | 'elasticsearch'
  | 'time_limit'
  | 'busy'
  | 'unavailable';

/** A search that is not carried out. The response is `{"error": message}`, with status 400 by default. */
export class SearchRefusal extends Error {
  override readonly name = 'SearchRefusal';
  readonly kind: RefusalKind;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the response as JSON. */
  readonly body: string | Uint8Array<ArrayBuffer>;

  constructor(
    message: string,
    options: {
      kind: RefusalKind;
      status?: number;
      headers?: Record<string, string>;
      body?: Uint8Array<ArrayBuffer>;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.status = options.status ?? 400;
    this.headers = options.headers ?? {};
    this.body = options.body ?? JSON.stringify({ error: message });
  }
}

/** A refusal because of what the search asks for. */
export function refuse(message: string, kind: RefusalKind = 'syntax'): SearchRefusal {
  return new SearchRefusal(message, { kind });
}

/** A refusal because Elasticsearch is down, overloaded or too slow to accept the search. */
export function unavailable(cause: unknown): SearchRefusal {
  return new SearchRefusal('Search is unavailable. Try again soon.', {
    kind: 'unavailable',
    status: 503,
    headers: { 'Retry-After': '5' },
    cause,
  });
}

/**
 * A 503, since clients of Buildhub2 retry it as they did its 500, and take a 400 for a fault of theirs.
 *
 * @param limit in milliseconds
 */
export function timeLimitReached(limit: number, cause?: unknown): SearchRefusal {
  return new SearchRefusal(
    `The search took longer than ${limit / 1_000} seconds and was stopped. Narrow the query, request fewer buckets, or avoid leading wildcards.`,
    { kind: 'time_limit', status: 503, headers: { 'Retry-After': '10' }, cause },
  );
}
