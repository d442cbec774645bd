import type { Hono } from 'hono';
import { beforeAll, expect, it } from 'vitest';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from './testing/api-sandbox.ts';
import { type RecordedResponse, recordedObjects, recordedResponses } from './testing/recorded.ts';

/*
 * The same objects in, the same requests sent, the original's responses out. What may differ in any response is in
 * `comparable`; what differs in a single one is in `differences`, by name and with its reason.
 */
const sandbox = forAllTests(createApiSandbox);
let app: Hono;

beforeAll(async () => {
  await sandbox.add(recordedObjects());
  app = sandbox.createApp({ ALLOWED_HOSTS: ['localhost'] });
});

const recordings = recordedResponses();

async function ask({ method, path, headers, body }: RecordedResponse['request']): Promise<Response> {
  // A request may name the index, and ours has another name here.
  const bytes =
    body === null ? null : Buffer.from(body.replaceAll('"buildhub2"', `"${sandbox.index}"`), 'latin1');
  const hasBody = bytes !== null && method !== 'GET' && method !== 'HEAD';
  return app.request(`http://localhost${path}`, {
    method,
    headers: { Host: 'localhost', ...headers },
    ...(hasBody && { body: new Uint8Array(bytes) }),
  });
}

it.each(recordings)('the response of the original Buildhub2: $name', async (recorded) => {
  const response = await ask(recorded.request);
  const text = await response.text();
  const ours = comparable(response.status, Object.fromEntries(response.headers), text, recorded.ties);
  const { body, text: recordedText, ...rest } = recorded.response;
  const original = comparable(rest.status, rest.headers, recordedText ?? JSON.stringify(body), recorded.ties);
  const difference = differences[recorded.name];
  if (difference === undefined) {
    expect(ours).toEqual(original);
    return;
  }
  expect(ours, 'no longer differs: take it off the list').not.toEqual(original);
  difference.check(ours, original);
});

/** A response without what may differ between any two. */
interface Comparable {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Members that are no part of the contract. Scores depend on how documents are spread over shards. */
const incomparable = new Set([
  ...['took', '_shards', '_id', '_node', '_shard', 'node', 'index_uuid'],
  ...['_index', '_type', '_score', 'max_score', '_ignored'],
]);

/**
 * How errors are worded is not part of the contract. The original rewrote dates (`Z` to `+00:00`, no zero microseconds)
 * where we keep what was published, so dates are compared as times.
 *
 * @param ties whether some hits rank equally: then only their number counts
 */
function comparable(status: number, headers: Record<string, string>, text: string, ties = false): Comparable {
  const { 'content-length': _, ...kept } = headers;
  if (/^\d+$/.test(kept['x-response-time'] ?? '')) kept['x-response-time'] = 'ms';
  const policy = kept['content-security-policy'];
  // The directives are a set.
  if (policy !== undefined) kept['content-security-policy'] = policy.split('; ').sort().join('; ');
  return { status, headers: kept, body: comparableBody(text, ties) };
}

function comparableBody(text: string, ties: boolean): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text, (key, value: unknown) => {
      if (incomparable.has(key)) return undefined;
      // Elasticsearch 9 says it of every search.
      if (key === 'terminated_early' && value === false) return undefined;
      // `_source.id` is a number, `build.id` a text.
      if (key === 'id' && typeof value === 'number') return 'an id';
      if (key === 'date' && typeof value === 'string') return microseconds(value);
      if (key !== 'hits' || !Array.isArray(value)) return value;
      return ties ? `${value.length} hits` : inCanonicalOrder(value);
    });
  } catch {
    return text;
  }
  return typeof body === 'object' && body !== null && 'error' in body ? 'an error' : body;
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

/** A response of ours that is not the original's, and what it must be instead. */
interface Difference {
  readonly reason: string;
  check(ours: Comparable, original: Comparable): void;
}

type Path = readonly string[];

/** Where the original let a script through or failed, ours is refused. */
function refusal(reason: string): Difference {
  return {
    reason,
    check(ours) {
      expect(ours.status).toBe(400);
      expect(ours.headers['content-type']).toBe('application/json');
      expect(ours.body).toBe('an error');
    },
  };
}

/**
 * All of the response is the same but what is at some paths.
 *
 * @param checkOurs what must be true of our response beyond that
 */
function except(paths: readonly Path[], reason: string, checkOurs?: Difference['check']): Difference {
  return {
    reason,
    check(ours, original) {
      expect(without(ours, paths)).toEqual(without(original, paths));
      checkOurs?.(ours, original);
    },
  };
}

/**
 * Documents that match a query equally well had different scores in the original where they lay on different shards,
 * so some came first; on our one shard they have the same score and come in the order in which they were indexed.
 */
function equallyGood(field: string, value: string): Difference {
  return except(
    [['body', 'hits', 'hits']],
    'The hits match equally well. Five shards with statistics of their own gave them different scores, one shard cannot.',
    (ours, original) => {
      expect(hitsOf(ours)).toHaveLength(hitsOf(original).length);
      for (const hit of hitsOf(ours)) expect(at(hit, ['_source', ...field.split('.')])).toBe(value);
      // All of the same shape: nothing is there that was not, and the other way round.
      const shape = (hit: unknown) => Object.keys(hit as object).sort();
      expect(hitsOf(ours).map(shape)).toEqual(hitsOf(original).map(shape));
    },
  );
}

const withPolicy = except(
  [['headers', 'content-security-policy']],
  'The page of the UI is at these addresses too, and every page says what it may load.',
);

const differences: Readonly<Record<string, Difference>> = {
  get_api_: withPolicy,
  search_trailing_slash: withPolicy,
  content_encoding_gzip_body: refusal('The original failed with a server error.'),
  search_script_query: refusal('Scripts of strangers are not run.'),
  search_function_score_script: refusal('Scripts of strangers are not run.'),

  get_: {
    reason:
      'The original had no UI built and responded with 404; ours has a page that says what this is until the UI is built.',
    check(ours, original) {
      expect(ours.status).toBe(200);
      expect(ours.body).toContain('<title>Buildhub</title>');
      const headers = { ...ours.headers, 'content-type': 'text/html' };
      delete (headers as Record<string, string>)['cache-control'];
      expect(headers).toEqual(original.headers);
    },
  },
  'get_contribute.json': {
    reason: 'It is about this project, and so has other contents; the form is the same.',
    check(ours, original) {
      expect({ ...ours, body: null }).toEqual({ ...original, body: null });
      const members = ['name', 'description', 'participate', 'repository', 'bugs', 'urls'];
      expect(Object.keys(ours.body as object)).toEqual(expect.arrayContaining(members));
    },
  },
  get___version__: except(
    ['commit', 'version', 'source', 'build'].map((member) => ['body', member]),
    'Another version of another program is running; the members are the same.',
    ({ body }) => {
      expect(Object.keys(body as object).sort()).toEqual(['build', 'commit', 'source', 'version']);
    },
  ),
  post_heartbeat: {
    reason:
      'The original listed the checks of Django, which is not here. Those that are about what Buildhub needs have their names.',
    check(ours, original) {
      expect({ ...ours, body: null }).toEqual({ ...original, body: null });
      expect(ours.body).toEqual({
        status: 'ok',
        checks: {
          check_database_connected: 'ok',
          check_migrations_applied: 'ok',
          check_elasticsearch: 'ok',
          check_searchable: 'ok',
          check_s3_bucket_url: 'ok',
        },
        details: {},
      });
    },
  },
  legacy_post_redirect: {
    reason: 'A redirect makes most programs drop the body of a POST, so ours responds directly.',
    check(ours) {
      expect(ours.status).toBe(200);
      expect(at(ours.body, ['hits', 'total'])).toBe(1769);
      expect(hitsOf(ours)).toHaveLength(1);
    },
  },

  search_constant_score: equallyGood('target.channel', 'release'),
  search_dis_max: equallyGood('target.channel', 'release'),
  search_size_3: equallyGood('target.channel', 'release'),
  search_indices_boost: equallyGood('target.channel', 'release'),
  search_query_string: equallyGood('target.locale', 'de'),
  search_size_1000: except(
    [['body', 'hits', 'hits']],
    'The hits match equally well, so they come in another order; all of them come.',
    (ours, original) => {
      const address = (hit: unknown) => String(at(hit, ['_source', 'download', 'url']));
      const inOrder = (response: Comparable) =>
        hitsOf(response).toSorted((a, b) => address(a).localeCompare(address(b)));
      expect(hitsOf(ours)).toHaveLength(20);
      expect(inOrder(ours)).toEqual(inOrder(original));
    },
  ),
  search_min_score: except(
    [['body', 'hits']],
    'Whether a hit reaches a score of 5 depends on the statistics of its shard: two did of 20 that match equally well.',
    (ours) => {
      expect(at(ours.body, ['hits', 'total'])).toBe(0);
    },
  ),
  search_terminate_after: except(
    [['body', 'hits', 'total']],
    'The limit is for each shard, of which the original had five; and Elasticsearch returns what it knows without counting.',
    (ours) => {
      expect(at(ours.body, ['terminated_early'])).toBe(true);
      expect(at(ours.body, ['hits', 'total'])).toBe(1769);
    },
  ),
  search_profile: except(
    [['body', 'profile']],
    'A profile names the inner parts of Elasticsearch and their times, and those of version 9 are others.',
    (ours) => {
      expect(at(ours.body, ['profile', 'shards'])).toEqual([
        expect.objectContaining({ searches: expect.any(Array) }),
      ]);
    },
  ),
};

function hitsOf({ body }: Comparable): unknown[] {
  return at(body, ['hits', 'hits']) as unknown[];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown> | null)?.[key], value);
}

function without(value: unknown, paths: readonly Path[]): unknown {
  const copy = structuredClone(value);
  for (const path of paths) {
    const parent = at(copy, path.slice(0, -1)) as Record<string, unknown> | undefined;
    if (parent !== undefined) delete parent[path.at(-1) ?? ''];
  }
  return copy;
}
