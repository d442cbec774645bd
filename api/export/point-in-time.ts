import { type JsonValue, memberAt } from '../../schema/lossless-json.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { unavailable } from '../search/search-refusal.ts';
import type { RequestObject } from '../search/search-walk.ts';
import { searchWhole } from '../search/send-search.ts';

/** A page of hits, and how many there are in all. */
export interface HitPage {
  readonly total: number;
  readonly hits: readonly JsonValue[];
}

/**
 * How long Elasticsearch keeps the point in time from one page to the next; a client that takes longer for a page than
 * this is cut off.
 */
const keepAlive = '5m';

/**
 * All hits of a search, page by page, as the index was when the first page was asked for: what is written meanwhile
 * neither appears nor moves anything. The point in time is closed whatever happens, the loop being left early included.
 *
 * @param search with a `sort`, and without anything about pages
 * @param signal aborts when the rest is not wanted
 * @throws {HttpProblem} for a page that Elasticsearch does not return completely
 */
export async function* pointInTimePages(
  context: ApiDependencies,
  search: RequestObject,
  pageSize: number,
  signal: AbortSignal,
): AsyncGenerator<HitPage, void, undefined> {
  const { config, elasticsearch, logger } = context;
  const opened = elasticsearch.openPointInTime(
    { index: config.ELASTICSEARCH_INDEX, keep_alive: keepAlive },
    { signal, requestTimeout: config.SEARCH_TIME_LIMIT_SECONDS * 1_000 },
  );
  let { id } = await opened.catch((error: unknown) => {
    throw unavailable(error);
  });
  let total: number | undefined;
  let after: JsonValue | undefined;
  try {
    for (;;) {
      const body = {
        ...search,
        size: pageSize,
        pit: { id, keep_alive: keepAlive },
        // Counting is work: once is enough.
        track_total_hits: total === undefined,
        ...(after !== undefined && { search_after: after }),
      };
      const page = { body, mayBePartial: false, aggregationBytes: 0 };
      const response = await searchWhole(context, page, { signal });
      const hits = memberAt(response, 'hits', 'hits');
      if (!Array.isArray(hits)) throw new TypeError('A response of Elasticsearch has no hits');
      if (typeof response.pit_id === 'string') id = response.pit_id;
      total ??= Number(memberAt(response, 'hits', 'total'));
      after = memberAt(hits.at(-1) ?? null, 'sort');
      if (hits.length === pageSize && after === undefined)
        throw new TypeError('A hit has no place to continue from');
      yield { total, hits };
      if (hits.length < pageSize) return;
    }
  } finally {
    await elasticsearch.closePointInTime({ id }, { ignore: [404] }).catch((error: unknown) => {
      // Elasticsearch closes it when it expires.
      logger.warn({ err: error }, 'A point in time could not be closed');
    });
  }
}
