import type { estypes } from '@elastic/elasticsearch';
import type { ElasticsearchResponseBody, SearchRequest } from '@searchkit/api';
import { HttpProblem } from '../openapi/http-problem.ts';
import { searchLimits } from '../search/request-budget.ts';
import { refuse, timeLimitReached, unavailable } from '../search/search-refusal.ts';
import { type SearchContext, stateOfIndex } from '../search/send-search.ts';

export interface MultiSearchContext extends SearchContext {
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/**
 * Sends searches to Elasticsearch, all in one index whatever they name, through the application's own client. Checks
 * every response, while SearchKit checks the first.
 *
 * @throws {HttpProblem} with status 400 for a search that cannot be carried out, 503 if Elasticsearch is unavailable
 */
export async function multiSearch(
  { config, elasticsearch, signal }: MultiSearchContext,
  requests: readonly SearchRequest[],
): Promise<ElasticsearchResponseBody[]> {
  const { ELASTICSEARCH_INDEX: index, SEARCH_TIME_LIMIT_SECONDS: seconds } = config;
  const timeLimit = seconds * 1_000;
  const searches = requests.flatMap(({ body }) => [{}, { ...body, timeout: `${timeLimit}ms` }]);
  const deadline = AbortSignal.timeout(timeLimit + 2_000);
  try {
    const { responses } = await elasticsearch.msearch<Record<string, unknown>>(
      { index, searches },
      {
        signal: AbortSignal.any([signal, deadline]),
        requestTimeout: timeLimit + 5_000,
        maxResponseSize: searchLimits.responseBytes,
      },
    );
    return responses.map((response) => {
      if ('error' in response) throw refusalFor(response);
      if (response.timed_out) throw timeLimitReached(seconds);
      return response;
    });
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    if (deadline.aborted) throw timeLimitReached(seconds, error);
    throw unavailable(error);
  }
}

/** An error in the search is reported with Elasticsearch's innermost reason; any other error is not shown to the person. */
function refusalFor({ status, error }: estypes.ErrorResponseBase): HttpProblem {
  const reason = reasonOf(error);
  const isAboutIndex = [error, ...(error.root_cause ?? [])].some(({ type = '' }) => stateOfIndex.test(type));
  const isOwnFault = !isAboutIndex && (status === 400 || (status === 500 && error.root_cause?.length));
  if (!isOwnFault) return unavailable(new Error(`Elasticsearch responded with status ${status}: ${reason}`));
  return refuse(`The search text cannot be read. ${reason}`, 'elasticsearch');
}

function reasonOf(error: estypes.ErrorCause): string {
  const cause = error.failed_shards?.[0]?.reason ?? error.root_cause?.[0] ?? error;
  const { reason, type } = cause.caused_by?.reason ? cause.caused_by : cause;
  // The parser lists every token that it would have taken.
  return (reason ?? type ?? 'No reason is known.').replace(/\s*Was expecting[\s\S]*$/, '').trim();
}
