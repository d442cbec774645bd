import type { BuildRecord } from '../../api/builds/record-schema.ts';
import { ApiError, getJson, postJson } from '../api/ask-api.ts';
import { type BuildHit, textAt } from '../search/build-hit.ts';

interface Found {
  readonly hits: readonly BuildHit[];
  readonly total: number;
}

interface Answer {
  readonly hits: { readonly total: number; readonly hits: readonly { _id: string; _source?: object }[] };
}

/**
 * Searches by the API that programs use.
 *
 * @param body in Elasticsearch's query language
 * @throws {ApiError} where there is no answer
 */
export async function findBuilds(body: object): Promise<Found> {
  const { hits } = (await postJson('/api/search', body)) as Answer;
  return { total: hits.total, hits: hits.hits.map(({ _id, _source }) => ({ ..._source, objectID: _id })) };
}

/** The record of a build by its id or hash, with where it came from. */
export async function fetchRecord(reference: string): Promise<BuildRecord> {
  return (await getJson(`/api/records/${encodeURIComponent(reference)}`)) as BuildRecord;
}

/**
 * The build with an id or hash; undefined where there is none. The index knows most, and is asked first as it is enough;
 * one that is not searchable yet, and a hash, only the table knows.
 */
export async function findBuild(reference: string): Promise<BuildHit | undefined> {
  const { hits } = await findBuilds({ size: 1, query: { term: { id: reference } } });
  if (hits[0]) return hits[0];
  try {
    const { id, build } = await fetchRecord(reference);
    return { ...build, objectID: id };
  } catch (error) {
    if (error instanceof ApiError && error.isRefused) return undefined;
    throw error;
  }
}

/** Conditions for builds that have the same values in these fields, as far as this one has any. */
export function sameAs(build: BuildHit, fields: readonly string[]): object[] {
  return fields.flatMap((field) => {
    const value = textAt(build, field);
    return value === '' ? [] : [{ term: { [field]: value } }];
  });
}
