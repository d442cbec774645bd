import { condition, patched } from '@temporalio/workflow';
import type { ReindexState } from './reindex-state.ts';

/** Seconds that a range takes at the pace that is wished, so that what is written comes in small portions. */
const rangeSeconds = 2;

/** Milliseconds that may be made up for: Temporal's timers are good to about a second. */
const credit = 2_000;

/**
 * How a reindex keeps to the documents per second that it may write, over all lanes together: each range begins when
 * those before it may have ended at that pace. A run that was begun by code that knew of no pace never keeps to one
 * before it continues as new, since its history would not replay.
 */
export class ReindexPace {
  readonly #state: ReindexState;
  readonly #first: number | undefined;
  #nextAt = Date.now();
  #changes = 0;

  /**
   * @param state keeps the limit from one run to the next, once it was changed
   * @param first the limit at the start, if any
   */
  constructor(state: ReindexState, first: number | undefined) {
    this.#state = state;
    this.#first = first;
  }

  /** Documents per second at most; undefined for no limit. */
  get limit(): number | undefined {
    const { limit = this.#first } = this.#state;
    return limit ?? undefined;
  }

  /** How often the limit was changed in this run. */
  get changes(): number {
    return this.#changes;
  }

  /** Keeps to another limit from now on; null for none. */
  change(limit: number | null): void {
    if (!patched('reindex-limited')) return;
    this.#state.limit = limit;
    this.#nextAt = Date.now();
    this.#changes += 1;
  }

  /** Rows of a range at this pace. */
  rangeSize(usual: number): number {
    return this.limit === undefined ? usual : Math.min(usual, Math.ceil(this.limit * rangeSeconds));
  }

  /** Waits until a range of so many rows may begin. */
  async wait(rows: number): Promise<void> {
    while (this.limit !== undefined && patched('reindex-limited')) {
      const changes = this.#changes;
      const now = Date.now();
      const start = Math.max(this.#nextAt, now - credit);
      this.#nextAt = start + (rows / this.limit) * 1_000;
      if (start <= now) return;
      if (!(await condition(() => this.#changes !== changes, Math.ceil(start - now)))) return;
    }
  }
}
