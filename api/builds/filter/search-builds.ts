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

/** Runs a search, whose body it changes, and returns the response with every digit of its numbers. */
export type SearchBuilds = (
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<JsonObject>;

/**
 * Searches of routes. They are checked and limited like those of clients, so that no address gets around either.
 *
 * @returns a function that throws a `SearchRefusal` unless the response is complete and in time
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
    const response = parseLossless(new TextDecoder().decode(bytes as Uint8Array));
    if (!isJsonObject(response)) throw new TypeError('The response of Elasticsearch is not an object');
    return response;
  };
}
