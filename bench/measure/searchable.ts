import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';

/** Sees when documents become searchable, by searching. */
export interface SearchableWatch {
  /** When a search first found the document, in milliseconds of Unix time, by `_id`. */
  readonly seen: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/**
 * Watches an index that is being filled. Asks for nothing but the number of hits, and for their ids only when it has
 * changed, which a refresh does up to once per second.
 *
 * @param index of up to 10,000 documents
 * @param lookEvery milliseconds between two looks; each takes a little of what is being measured
 */
export function watchSearchable(elasticsearch: Client, index: string, lookEvery: number): SearchableWatch {
  const seen = new Map<string, number>();
  let stopped = false;
  const look = async () => {
    const { count } = await elasticsearch.count({ index });
    if (count === seen.size) return;
    const { hits } = await elasticsearch.search({ index, size: 10_000, _source: false, sort: '_doc' });
    const found = Date.now();
    for (const { _id } of hits.hits) if (_id !== undefined && !seen.has(_id)) seen.set(_id, found);
  };
  const watching = (async () => {
    for (; !stopped; await sleep(lookEvery)) await look();
    await look();
  })();
  // Stopping the watch throws the error; until then it must not end the process.
  watching.catch(() => undefined);
  return {
    seen,
    async stop() {
      stopped = true;
      await watching;
    },
  };
}
