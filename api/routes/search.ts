import type { Context } from 'hono';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonTextResponse, jsonValueResponse } from '../json/json-response.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { searchAnswer, totalOf } from '../search/answer/search-answer.ts';
import { searchElasticsearch } from '../search/elasticsearch-search.ts';
import type { InFlightLimit } from '../search/in-flight-limit.ts';
import { correctAnswer } from '../search/pipelines/correct-answer.ts';
import { BodyTooLargeError, readJsonBody } from '../search/request-body.ts';
import { SearchRefusal } from '../search/search-refusal.ts';
import { translateSearch } from '../search/translate-search.ts';
import { badRequestPage } from './error-pages.ts';

/**
 * A search in the build index, see `translateSearch`. Only POST reads a body; every other method searches for
 * everything, whatever its address says.
 *
 * @param inFlight shared with whatever else searches
 */
export function searchHandler(dependencies: ApiDependencies, metrics: Metrics, inFlight: InFlightLimit) {
  const { elasticsearch, logger, settings } = dependencies;
  const { index } = settings;

  async function search(c: Context): Promise<Response> {
    const request = c.req.method === 'POST' ? await readJsonBody(c.req.raw) : null;
    const translated = translateSearch(request, {
      index,
      maxSize: settings.maxSearchSize,
      timeLimit: settings.searchTimeLimit,
    });
    const body = await inFlight.run(async () => {
      metrics.searches.inc({ method: c.req.method });
      const stop = metrics.searchSeconds.startTimer();
      try {
        return await searchElasticsearch(elasticsearch, translated, {
          index,
          timeLimit: settings.searchTimeLimit,
          signal: c.req.raw.signal,
        });
      } finally {
        stop();
      }
    });
    const total = totalOf(body);
    if (total !== undefined && total >= 0) {
      metrics.hits.set(total);
      metrics.hitsTotal.inc(total);
    }
    const answer = searchAnswer(body, { index, search: translated });
    const { corrections } = translated;
    return jsonTextResponse(corrections.length === 0 ? answer : correctAnswer(answer, corrections));
  }

  return async (c: Context): Promise<Response> => {
    try {
      return await search(c);
    } catch (error) {
      if (error instanceof BodyTooLargeError) {
        metrics.searchesRefused.inc({ kind: 'limit' });
        return badRequestPage();
      }
      if (!(error instanceof SearchRefusal)) throw error;
      metrics.searchesRefused.inc({ kind: error.kind });
      if (error.status >= 500)
        logger.warn({ err: error, rid: c.get('rid') }, 'A search could not be answered');
      return jsonValueResponse(error.body, error.status, error.headers);
    }
  };
}
