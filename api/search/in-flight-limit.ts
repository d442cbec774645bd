import { type HttpProblem, retryLater } from '../openapi/http-problem.ts';
import { processLimits } from './request-budget.ts';

/** What a running search has of the limits of its process. */
export interface Place {
  /**
   * Counts bytes of the response that are held in memory from now on.
   *
   * @throws {HttpProblem} with status 503 and Retry-After if all responses together hold too much
   */
  hold(bytes: number): void;
  /** Gives everything back. Calling it again does nothing. */
  end(): void;
}

/**
 * Limits how many searches run at the same time, how much of Elasticsearch's memory all of them may take, and how much
 * memory their responses may take here. More are refused at once instead of waiting: a pile of waiting searches turns a
 * slow minute into an outage.
 */
export class InFlightLimit {
  #running = 0;
  #aggregationBytes = 0;
  #responseBytes = 0;
  readonly #limit: number;
  readonly #onChange: (running: number) => void;

  constructor(limit: number, onChange: (running: number) => void = () => {}) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  /**
   * Starts a search.
   *
   * @param aggregationBytes that it may take in Elasticsearch
   * @throws {HttpProblem} with status 503 and Retry-After if too many are running
   */
  start(aggregationBytes = 0): Place {
    const aggregations = this.#aggregationBytes + aggregationBytes;
    if (
      this.#running >= this.#limit ||
      (aggregationBytes > 0 && aggregations > processLimits.aggregationBytes)
    )
      throw busy(`Too many searches at the same time (${this.#running}). Try again in a second.`);
    this.#running += 1;
    this.#aggregationBytes = aggregations;
    this.#onChange(this.#running);
    let held = 0;
    let isRunning = true;
    return {
      hold: (bytes) => {
        if (this.#responseBytes + bytes > processLimits.responseBytes)
          throw busy('Too many large responses at the same time. Try again in a second.');
        held += bytes;
        this.#responseBytes += bytes;
      },
      end: () => {
        if (!isRunning) return;
        isRunning = false;
        this.#running -= 1;
        this.#aggregationBytes -= aggregationBytes;
        this.#responseBytes -= held;
        this.#onChange(this.#running);
      },
    };
  }
}

function busy(message: string): HttpProblem {
  return retryLater(message, 1, { kind: 'busy' });
}
