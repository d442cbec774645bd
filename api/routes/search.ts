import type { Context } from 'hono';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonTextResponse, jsonValueResponse } from '../json/json-response.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { searchAnswer, totalOf } from '../search/answer/search-answer.ts';
import { searchElasticsearch } from '../search/elasticsearch-search.ts';
import type { InFlightLimit } from '../search/in-flight-limit.ts';
import { correctAnswer } from '../search/pipelines/correct-answer.ts';
import { BodyTooLargeError, parseBody, readBodyText } from '../search/request-body.ts';
import { SearchRefusal } from '../search/search-refusal.ts';
import { everything, SharedSearches } from '../search/shared-searches.ts';
import { translateSearch } from '../search/translate-search.ts';
import { badRequestPage, clientHasGone, serverErrorPage } from './error-pages.ts';

/** What a search came to. */
interface Found {
  readonly answer: string | Uint8Array<ArrayBuffer>;
  /** How many builds there are; undefined where the answer does not say. */
  readonly total: number | undefined;
}

/**
 * A search in the build index, see `translateSearch`. Only POST reads a body; every other method searches for
 * everything, whatever its address says.
 *
 * @param inFlight shared with whatever else searches
 */
export function searchHandler(dependencies: ApiDependencies, metrics: Metrics, inFlight: InFlightLimit) {
  const { elasticsearch, logger, settings } = dependencies;
  const { index, searchTimeLimit: timeLimit } = settings;
  const sharedSearches = new SharedSearches<Found>({
    keptFor: settings.answersKeptFor,
    bytesOf: ({ answer }) => Buffer.byteLength(answer),
    onShared: () => metrics.searchesShared.inc(),
  });

  async function find(method: string, body: string | undefined, signal: AbortSignal): Promise<Found> {
    const request = body === undefined ? null : parseBody(body);
    const search = translateSearch(request, { index, maxSize: settings.maxSearchSize, timeLimit });
    using found = await inFlight.run(async () => {
      metrics.searches.inc({ method });
      const stop = metrics.searchSeconds.startTimer();
      try {
        return await searchElasticsearch(elasticsearch, search, { index, timeLimit, signal });
      } finally {
        stop();
      }
    });
    const answer = searchAnswer(found.bytes, { index, search });
    const { corrections } = search;
    return {
      answer: corrections.length === 0 ? answer : correctAnswer(answer, corrections),
      total: totalOf(found.bytes),
    };
  }

  return async (c: Context): Promise<Response> => {
    const { method, raw } = c.req;
    try {
      const body = method === 'POST' ? await readBodyText(raw) : undefined;
      const { answer, total } = await sharedSearches.run(body ?? everything, raw.signal, (signal) =>
        find(method, body, signal),
      );
      if (total !== undefined && total >= 0) {
        metrics.hits.set(total);
        metrics.hitsTotal.inc(total);
      }
      return jsonTextResponse(answer);
    } catch (error) {
      if (raw.signal.aborted) return clientHasGone();
      if (error instanceof BodyTooLargeError) {
        metrics.searchesRefused.inc({ kind: 'limit' });
        return badRequestPage();
      }
      if (!(error instanceof SearchRefusal)) throw error;
      metrics.searchesRefused.inc({ kind: error.kind });
      const isLate = error.kind === 'time_limit';
      if (isLate || error.status >= 500)
        logger.warn({ err: error, rid: c.get('rid') }, 'A search could not be answered');
      // Clients of Buildhub2 retry a 500, and take a 400 for a fault of theirs.
      if (isLate) return serverErrorPage();
      return jsonValueResponse(error.body, error.status, error.headers);
    }
  };
}
