import { processLimits } from './request-budget.ts';
import { SearchRefusal } from './search-refusal.ts';

/**
 * Limits how many searches run at the same time, and how much of Elasticsearch's memory all of them may take. More are
 * refused at once instead of waiting: a pile of waiting searches turns a slow minute into an outage.
 */
export class InFlightLimit {
  #running = 0;
  #bytes = 0;
  readonly #limit: number;
  readonly #onChange: (running: number) => void;

  constructor(limit: number, onChange: (running: number) => void = () => {}) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  /**
   * Starts a search.
   *
   * @param bytes of memory that it may take in Elasticsearch
   * @returns ends it; calling it again does nothing
   * @throws {SearchRefusal} with status 503 and Retry-After if too many are running
   */
  start(bytes = 0): () => void {
    if (this.#running >= this.#limit || (bytes > 0 && this.#bytes + bytes > processLimits.aggregationBytes)) {
      throw new SearchRefusal(
        `Too many searches at the same time (${this.#running}). Try again in a second.`,
        {
          kind: 'busy',
          status: 503,
          headers: { 'Retry-After': '1' },
        },
      );
    }
    this.#change(1, bytes);
    let isRunning = true;
    return () => {
      if (isRunning) this.#change(-1, -bytes);
      isRunning = false;
    };
  }

  #change(searches: number, bytes: number): void {
    this.#running += searches;
    this.#bytes += bytes;
    this.#onChange(this.#running);
  }
}
