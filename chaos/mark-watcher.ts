import { setTimeout as sleep } from 'node:timers/promises';
import { isNotNull, sql } from 'drizzle-orm';
import { builds } from '../drizzle/tables.ts';
import type { Sandbox } from '../tests/fixture/sandbox.ts';

/** Milliseconds between two comparisons. */
const pause = 1_000;

/** Compares, all the time, which builds the table says are in the index with those that are. */
export class MarkWatcher {
  readonly #sandbox: Sandbox;
  /** Ids that were marked and not in the index at the last comparison. */
  #absent = new Set<string>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  comparisons = 0;
  /** Ids of builds that were marked as indexed and absent in two comparisons, one after the other. */
  readonly early = new Set<string>();

  /** Compares until the signal aborts; what is down is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#compare().catch(() => undefined);
      await sleep(pause);
    }
  }

  async #compare(): Promise<void> {
    const { postgres, elasticsearch, config } = this.#sandbox;
    const index = config.ELASTICSEARCH_INDEX;
    // The marks first: what is in the table by then must be in the index.
    const marked = await postgres.database
      .select({ id: sql<string>`${builds.id}::text` })
      .from(builds)
      .where(isNotNull(builds.indexedAt));
    const options = { requestTimeout: 5_000 };
    await elasticsearch.indices.refresh({ index }, options);
    const { hits } = await elasticsearch.search(
      { index, size: 10_000, _source: false, query: { match_all: {} } },
      options,
    );
    const found = new Set(hits.hits.map(({ _id = '' }) => _id));
    const absent = new Set(marked.map(({ id }) => id).filter((id) => !found.has(id)));
    for (const id of absent) if (this.#absent.has(id)) this.early.add(id);
    this.#absent = absent;
    this.comparisons += 1;
  }
}
