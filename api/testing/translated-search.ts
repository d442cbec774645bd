import { expect } from 'vitest';
import { toPlain } from '../../schema/json/json-value.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { SearchRefusal } from '../search/search-refusal.ts';
import { translateSearch } from '../search/translate-search.ts';

const options = { index: 'buildhub2', maxSize: 1000, timeLimit: 10_000 };
/** What is added to every search. */
export const added = { track_total_hits: true, timeout: '10000ms' };

/** A search as it is passed on. */
export function translate(text: string) {
  return translateSearch(parseJson(text), options);
}

/** The body of the refusal of a search, which must be refused. */
export function refusal(body: unknown): unknown {
  try {
    translate(typeof body === 'string' ? body : JSON.stringify(body));
  } catch (error) {
    if (error instanceof SearchRefusal) {
      expect(error.status).toBe(400);
      return toPlain(error.body);
    }
    throw error;
  }
  throw new Error(`was not refused: ${JSON.stringify(body)}`);
}

/** A search with this query. */
export const query = (value: unknown) => ({ query: value });
/** A search with this aggregation. */
export const agg = (value: unknown) => ({ aggs: { a: value } });
