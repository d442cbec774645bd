import { type BuildHit, textAt } from '../search/build-hit.ts';
import { postJson } from '../search/post-json.ts';

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
 * @throws {SearchError} where there is no answer
 */
export async function findBuilds(body: object): Promise<Found> {
  const { hits } = (await postJson('/api/search', body)) as Answer;
  return { total: hits.total, hits: hits.hits.map(({ _id, _source }) => ({ ..._source, objectID: _id })) };
}

/** The build with an id; undefined where there is none. */
export async function findBuild(id: string): Promise<BuildHit | undefined> {
  const { hits } = await findBuilds({ size: 1, query: { term: { id } } });
  return hits[0];
}

/** Conditions for builds that have the same values in these fields, as far as this one has any. */
export function sameAs(build: BuildHit, fields: readonly string[]): object[] {
  return fields.flatMap((field) => {
    const value = textAt(build, field);
    return value === '' ? [] : [{ term: { [field]: value } }];
  });
}
