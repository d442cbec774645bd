import type { Client } from '@elastic/elasticsearch';
import { fromPlain, type JsonObject } from '../../../schema/json/json-value.ts';
import { parseJson } from '../../../schema/json/parse-json.ts';
import { searchElasticsearch } from '../../search/elasticsearch-search.ts';
import type { InFlightLimit } from '../../search/in-flight-limit.ts';
import { translateSearch } from '../../search/translate-search.ts';

/** What searches of routes run on. */
export interface SearchBuildsDependencies {
  readonly elasticsearch: Client;
  readonly inFlight: InFlightLimit;
  readonly settings: {
    readonly index: string;
    readonly maxSearchSize: number;
    readonly searchTimeLimit: number;
  };
}

/** Carries out a search and returns the answer of Elasticsearch without loss. */
export type SearchBuilds = (
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<JsonObject>;

/**
 * Searches that a route makes by itself. They go through the same border and the same limits as those of clients, so
 * that nothing that an address can say gets around either.
 *
 * @returns a function that throws a `SearchRefusal` for whatever cannot be answered whole and in time
 */
export function searchBuilds({ elasticsearch, inFlight, settings }: SearchBuildsDependencies): SearchBuilds {
  const { index, maxSearchSize, searchTimeLimit: timeLimit } = settings;
  return async (body, signal) => {
    const search = translateSearch(fromPlain(body), { index, maxSize: maxSearchSize, timeLimit });
    using found = await inFlight.run(() =>
      searchElasticsearch(elasticsearch, search, { index, timeLimit, signal }),
    );
    const { buffer, byteOffset, length } = found.bytes;
    const answer = parseJson(Buffer.from(buffer, byteOffset, length).toString('utf8'));
    if (!(answer instanceof Map)) throw new TypeError('Elasticsearch did not answer with an object');
    return answer;
  };
}
