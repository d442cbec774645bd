import { expect } from 'vitest';
import type { ComparableAnswer } from './comparable.ts';

/** An answer of ours that is not the original's, and what it must be instead. */
interface Difference {
  readonly reason: string;
  check(ours: ComparableAnswer, original: ComparableAnswer): void;
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
 * All of the answer is the same but what is at some paths.
 *
 * @param checkOurs what must be true of our answer beyond that
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

export const differences: Readonly<Record<string, Difference>> = {
  get_api_: withPolicy,
  search_trailing_slash: withPolicy,
  content_encoding_gzip_body: refusal('The original failed with a server error.'),
  search_script_query: refusal('Scripts of strangers are not run.'),
  search_function_score_script: refusal('Scripts of strangers are not run.'),

  get_: {
    reason:
      'The original had no UI built and answered 404; ours has a page that says what this is until the UI is built.',
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
        },
        details: {},
      });
    },
  },
  legacy_post_redirect: {
    reason: 'A redirect makes most programs drop the body of a POST, so ours answers it right there.',
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
      const inOrder = (answer: ComparableAnswer) =>
        hitsOf(answer).toSorted((a, b) => address(a).localeCompare(address(b)));
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

function hitsOf({ body }: ComparableAnswer): unknown[] {
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
