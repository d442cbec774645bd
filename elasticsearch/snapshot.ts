import { text } from 'node:stream/consumers';
import { type Client, errors } from '@elastic/elasticsearch';
import { memberAt, parseLossless } from '../schema/lossless-json.ts';

/** How long a snapshot is kept after the last search in it. */
const keepAlive = '15m';

/** Documents of one page of ids, and of one page of contents. */
const idsPerPage = 10_000;
const documentsPerPage = 500;

/**
 * Takes a snapshot of an index (a point in time): searches in it see the index as of now, whatever is written
 * meanwhile.
 */
export async function openSnapshot(client: Client, index: string) {
  await client.indices.refresh({ index });
  const { id } = await client.openPointInTime({ index, keep_alive: keepAlive });
  const { hits } = await client.search({ ...snapshotTarget(id), size: 0, track_total_hits: true });
  return { id, documents: typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0) };
}

export function snapshotTarget(id: string): SearchTarget {
  return { pit: { id, keep_alive: keepAlive } };
}

/** Closes a snapshot; one that is gone already is ignored. */
export async function closeSnapshot(client: Client, id: string): Promise<void> {
  await client.closePointInTime({ id }, { ignore: [404] });
}

/** A snapshot that was closed, one on a node that restarted, and one of an index that was deleted. */
const gone = [
  'search_context_missing_exception',
  'no_shard_available_action_exception',
  'index_not_found_exception',
];

export function isSnapshotGone(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError)) return false;
  const causes: unknown = error.body?.error?.root_cause;
  return Array.isArray(causes) && causes.some(({ type }: { type?: string }) => type && gone.includes(type));
}

/**
 * How far an index of one shard has been written: a document that is written from now on has a higher sequence number,
 * also after a crash. -1 if it has no document, or no copy that responds.
 */
export async function writeCheckpoint(client: Client, index: string): Promise<number> {
  const { indices } = await client.indices.stats({ index, metric: 'docs', level: 'shards' });
  const copies = Object.values(indices?.[index]?.shards ?? {}).flat();
  const checkpoints = copies.map(({ seq_no }) => seq_no?.global_checkpoint ?? -1);
  return checkpoints.length === 0 ? -1 : Math.min(...checkpoints);
}

/**
 * The ids of the documents in a snapshot, in no order, many at a time.
 *
 * @param checkpoint only those that were written after it, see {@link writeCheckpoint}
 */
export async function* snapshotIds(
  client: Client,
  id: string,
  signal: AbortSignal,
  checkpoint?: number,
): AsyncGenerator<string[]> {
  let after: { search_after: NonNullable<unknown>[] } | undefined;
  for (;;) {
    const { hits } = await client.search(
      {
        ...snapshotTarget(id),
        ...(checkpoint !== undefined && { query: { range: { _seq_no: { gt: checkpoint } } } }),
        size: idsPerPage,
        sort: ['_shard_doc'],
        _source: false,
        track_total_hits: false,
        ...(after as object),
      },
      { signal },
    );
    const last = hits.hits.at(-1);
    if (!last?.sort) return;
    yield hits.hits.map(({ _id }) => _id ?? '');
    after = { search_after: last.sort as NonNullable<unknown>[] };
  }
}

/** The sources of these documents, those that exist, as JSON text in which no number has gone through JavaScript. */
export async function snapshotSources(
  client: Client,
  id: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<{ id: string; source: string }[]> {
  const sources: { id: string; source: string }[] = [];
  for (let from = 0; from < ids.length; from += documentsPerPage) {
    const values = ids.slice(from, from + documentsPerPage);
    const { body: stream, ...response } = await client.transport.request<NodeJS.ReadableStream>(
      {
        method: 'POST',
        path: '/_search',
        querystring: { allow_partial_search_results: false },
        body: { ...snapshotTarget(id), query: { ids: { values } }, size: values.length },
      },
      { asStream: true, meta: true, signal },
    );
    const body = await text(stream);
    // The client itself does not look at the status of a stream.
    if (response.statusCode !== 200) throw new errors.ResponseError({ ...response, body: JSON.parse(body) });
    const hits = memberAt(parseLossless(body), 'hits', 'hits');
    for (const hit of Array.isArray(hits) ? hits : []) {
      const [found, source] = [memberAt(hit, '_id'), memberAt(hit, '_source')];
      if (typeof found === 'string' && source !== undefined)
        sources.push({ id: found, source: JSON.stringify(source) });
    }
  }
  return sources;
}

export type SearchTarget =
  | { readonly index: string }
  | { readonly pit: { readonly id: string; readonly keep_alive: string } };

/** Elasticsearch takes no more ids in one query (`index.max_result_window`). */
const maxIds = 10_000;

/**
 * Which of these documents cannot be found by a search. Counting comes first: if all are there, a thousand cost
 * about a millisecond.
 *
 * @param ids of any number
 */
export async function missingDocuments(
  client: Client,
  target: SearchTarget,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const missing: string[] = [];
  for (let from = 0; from < ids.length; from += maxIds) {
    const values = ids.slice(from, from + maxIds);
    const query = { ids: { values } };
    const options = signal ? { signal } : {};
    const { hits } = await client.search({ ...target, query, size: 0, track_total_hits: true }, options);
    const count = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
    if (count === values.length) continue;
    const found = await client.search({ ...target, query, size: maxIds, _source: false }, options);
    const present = new Set(found.hits.hits.map(({ _id }) => _id));
    missing.push(...values.filter((id) => !present.has(id)));
  }
  return missing;
}
