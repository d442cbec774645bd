import type { Client, estypes } from '@elastic/elasticsearch';
import type { ElasticsearchResponseBody, SearchRequest } from '@searchkit/api';
import { searchLimits } from '../search/request-budget.ts';
import { SearchRefusal, timeLimitReached, unavailable } from '../search/search-refusal.ts';
import { stateOfIndex } from '../search/send-search.ts';

/** Where and how long to search. */
export interface MultiSearchOptions {
  /** Alias of the build index. */
  readonly index: string;
  /** Milliseconds that the searches may take. */
  readonly timeLimit: number;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/**
 * Sends searches to Elasticsearch, all in one index whatever they name, through the application's own client. Checks
 * every response, while SearchKit checks the first.
 *
 * @throws {SearchRefusal} with status 400 for a search that cannot be carried out, 503 if Elasticsearch is unavailable
 */
export async function multiSearch(
  client: Client,
  requests: readonly SearchRequest[],
  { index, timeLimit, signal }: MultiSearchOptions,
): Promise<ElasticsearchResponseBody[]> {
  const searches = requests.flatMap(({ body }) => [{}, { ...body, timeout: `${timeLimit}ms` }]);
  const deadline = AbortSignal.timeout(timeLimit + 2_000);
  try {
    const { responses } = await client.msearch<Record<string, unknown>>(
      { index, searches },
      {
        signal: AbortSignal.any([signal, deadline]),
        requestTimeout: timeLimit + 5_000,
        maxResponseSize: searchLimits.responseBytes,
      },
    );
    return responses.map((response) => {
      if ('error' in response) throw refusalFor(response);
      if (response.timed_out) throw timeLimitReached(timeLimit);
      return response;
    });
  } catch (error) {
    if (error instanceof SearchRefusal) throw error;
    if (deadline.aborted) throw timeLimitReached(timeLimit, error);
    throw unavailable(error);
  }
}

/** An error in the search is reported with Elasticsearch's innermost reason; any other error is not shown to the person. */
function refusalFor({ status, error }: estypes.ErrorResponseBase): SearchRefusal {
  const reason = reasonOf(error);
  const isAboutIndex = [error, ...(error.root_cause ?? [])].some(({ type = '' }) => stateOfIndex.test(type));
  const isOwnFault = !isAboutIndex && (status === 400 || (status === 500 && error.root_cause?.length));
  if (!isOwnFault) return unavailable(new Error(`Elasticsearch responded with status ${status}: ${reason}`));
  return new SearchRefusal(`The search text cannot be read. ${reason}`, { kind: 'elasticsearch' });
}

function reasonOf(error: estypes.ErrorCause): string {
  const cause = error.failed_shards?.[0]?.reason ?? error.root_cause?.[0] ?? error;
  const { reason, type } = cause.caused_by?.reason ? cause.caused_by : cause;
  // The parser lists every token that it would have taken.
  return (reason ?? type ?? 'No reason is known.').replace(/\s*Was expecting[\s\S]*$/, '').trim();
}
