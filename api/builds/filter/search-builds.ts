import type { Client } from '@elastic/elasticsearch';
import { isJsonObject, type JsonObject, parseLossless } from '../../../schema/lossless-json.ts';
import { checkSearch } from '../../search/check-search.ts';
import type { InFlightLimit } from '../../search/in-flight-limit.ts';
import { sendSearch } from '../../search/send-search.ts';

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

/** Carries out a search, whose body it changes, and returns the response of Elasticsearch without loss. */
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
    const search = checkSearch(body, { index, maxSize: maxSearchSize, timeLimit });
    const place = inFlight.start(search.aggregationBytes);
    const { body: bytes } = await sendSearch(elasticsearch, search, {
      index,
      timeLimit,
      signal,
      place,
      isWhole: true,
    });
    const answer = parseLossless(new TextDecoder().decode(bytes as Uint8Array));
    if (!isJsonObject(answer)) throw new TypeError('Elasticsearch did not answer with an object');
    return answer;
  };
}
