/** An answer with its body as text. */
interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** An answer without what may differ between any two, ready to be compared. */
export interface ComparableAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/**
 * How long things took, how many shards and which node there were, what the index, its type and its documents are called,
 * and how errors are worded is not part of the contract; neither are scores, which depend on how documents are spread over
 * shards (five in the original, one here). The original rewrote dates (`Z` to `+00:00`, no zero microseconds) where we keep what was
 * published, so dates are compared as times.
 *
 * @param ties whether some hits rank equally: then only their number counts
 */
export function comparable({ status, headers, text }: Answer, ties: boolean): ComparableAnswer {
  return { status, headers: comparableHeaders(headers), body: comparableBody(text, ties) };
}

function comparableHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = { ...headers };
  delete kept['content-length'];
  if ('x-response-time' in kept)
    kept['x-response-time'] = /^\d+$/.test(kept['x-response-time'] ?? '') ? 'ms' : '?';
  const policy = kept['content-security-policy'];
  // The directives are a set.
  if (policy !== undefined) kept['content-security-policy'] = policy.split('; ').sort().join('; ');
  return kept;
}

function comparableBody(text: string, ties: boolean): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof body === 'object' && body !== null && 'error' in body) return 'an error';
  return members(body, (key, value) => {
    switch (key) {
      case 'took':
      case '_shards':
      case '_id':
      case '_node':
      case '_shard':
      case 'node':
      case 'index_uuid':
        return undefined;
      case '_index':
      case '_type':
      case '_score':
      case 'max_score':
      case '_ignored':
        return undefined;
      // Elasticsearch 9 says it of every search.
      case 'terminated_early':
        return value === false ? undefined : value;
      case 'id':
        // `_source.id` is a number, `build.id` a text.
        return typeof value === 'number' ? 'an id' : value;
      case 'date':
        return typeof value === 'string' ? microseconds(value) : value;
      case 'hits':
        if (Array.isArray(value) && ties) return `${value.length} hits`;
        return Array.isArray(value) ? inCanonicalOrder(value) : value;
      default:
        return value;
    }
  });
}

/** Changes members from the outside in; undefined leaves one out. */
function members(value: unknown, change: (key: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => members(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const changed = change(key, member);
    if (changed !== undefined) result[key] = members(changed, change);
  }
  return result;
}

/** Hits with equal sort values come in the order of their documents, which is of no meaning. */
function inCanonicalOrder(hits: unknown[]): unknown[] {
  const sortOf = (hit: unknown) => JSON.stringify((hit as { sort?: unknown }).sort);
  const groups: unknown[][] = [];
  for (const hit of hits) {
    const group = groups.at(-1);
    if (group !== undefined && sortOf(hit) !== undefined && sortOf(group[0]) === sortOf(hit)) group.push(hit);
    else groups.push([hit]);
  }
  return groups.flatMap((group) => group.sort((a, b) => channelOf(a).localeCompare(channelOf(b))));
}

/** What the twins of a Firefox release, the only builds with equal dates, differ in. */
function channelOf(hit: unknown): string {
  return (hit as { _source?: { target?: { channel?: string } } })._source?.target?.channel ?? '';
}

/** `2018-05-10T16:07:05Z` and `2018-05-10T16:07:05.000000+00:00` are the same time. */
function microseconds(date: string): string {
  const match = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/.exec(date);
  if (match === null) return date;
  const [, seconds = '', fraction = '', zone = 'Z'] = match;
  return `${new Date(`${seconds}${zone}`).toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}`;
}
