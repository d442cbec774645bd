import type { BuildRecord } from '../../api/builds/record-schema.ts';
import { ApiError, getJson, postJson } from '../api/ask-api.ts';
import { type BuildHit, textAt } from '../search/build-hit.ts';

interface Response {
  readonly hits: { readonly total: number; readonly hits: readonly { _id: string; _source?: object }[] };
}

/**
 * Searches by the API that programs use.
 *
 * @param body in Elasticsearch's query language
 * @throws {ApiError} if the search fails
 */
export async function findBuilds(
  body: object,
): Promise<{ readonly hits: readonly BuildHit[]; readonly total: number }> {
  const { hits } = (await postJson('/api/search', body)) as Response;
  return { total: hits.total, hits: hits.hits.map(({ _id, _source }) => ({ ..._source, objectID: _id })) };
}

/**
 * The record of a build by its id or hash, with its provenance. Numbers in `build` that JavaScript cannot hold are
 * raw JSON, see `textAt`.
 *
 * @throws {ApiError} if there is none, or no response
 */
export async function fetchRecord(reference: string): Promise<BuildRecord> {
  return (await getJson(`/api/records/${encodeURIComponent(reference)}`, {}, keepDigits)) as BuildRecord;
}

/** The same; undefined if there is no such build. */
export async function findRecord(reference: string): Promise<BuildRecord | undefined> {
  try {
    return await fetchRecord(reference);
  } catch (error) {
    if (error instanceof ApiError && error.isRefused) return undefined;
    throw error;
  }
}

/** Keeps a number that JavaScript would write in another way (`1.0`, `9007199254740993`) as the text that it is. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  const isInexact = typeof value === 'number' && source !== undefined && String(value) !== source;
  return isInexact ? JSON.rawJSON(source) : value;
}

/** Conditions for builds that have the same values in these fields, leaving out those that it lacks. */
export function sameAs(build: BuildHit, fields: readonly string[]): object[] {
  return fields.flatMap((field) => {
    const value = textAt(build, field);
    return value === '' ? [] : [{ term: { [field]: value } }];
  });
}
