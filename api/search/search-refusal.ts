import { fromPlain, type JsonValue } from '../../schema/json/json-value.ts';

/** Why a search was not carried out, for the metrics. */
export type RefusalKind =
  | 'syntax'
  | 'limit'
  | 'not_allowed'
  | 'elasticsearch'
  | 'time_limit'
  | 'busy'
  | 'unavailable';

/**
 * A search that is not carried out, with the answer that says why: status 400 unless told otherwise, and one of the
 * two shapes that `error` has always had.
 */
export class SearchRefusal extends Error {
  override readonly name = 'SearchRefusal';
  /** The whole body of the answer. */
  readonly body: JsonValue;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: RefusalKind;

  constructor(
    message: string,
    options: {
      body?: JsonValue;
      status?: number;
      headers?: Record<string, string>;
      kind: RefusalKind;
      cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.body = options.body ?? fromPlain({ error: message });
    this.status = options.status ?? 400;
    this.headers = options.headers ?? {};
    this.kind = options.kind;
  }
}

/** A refusal whose `error` is a text, which is most of them. */
export function refuse(message: string, kind: RefusalKind = 'syntax'): SearchRefusal {
  return new SearchRefusal(message, { kind });
}

/**
 * A refusal as Elasticsearch 6 words its own: `error` is an object, with the reason in it twice.
 *
 * @param at where in the request, in the form of Elasticsearch
 */
export function refuseAsElasticsearch(
  type: string,
  reason: string,
  at: { line?: number; col?: number } = {},
): SearchRefusal {
  const cause = { type, reason, ...at };
  const body = fromPlain({ error: { root_cause: [cause], ...cause }, status: 400 });
  return new SearchRefusal(reason, { body, kind: 'syntax' });
}
