import { SearchRefusal } from './search-refusal.ts';

/**
 * Lets a limited number of searches run at the same time. More are refused at once rather than left waiting: a pile of
 * waiting searches is what turns a slow minute into an outage.
 */
export class InFlightLimit {
  #running = 0;
  readonly #most: number;
  readonly #onChange: (running: number) => void;

  constructor(most: number, onChange: (running: number) => void = () => {}) {
    this.#most = most;
    this.#onChange = onChange;
  }

  /** @throws {SearchRefusal} with status 503 and Retry-After where the limit is reached */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) {
      throw new SearchRefusal(`Too many searches at the same time (${this.#most}). Try again in a second.`, {
        kind: 'busy',
        status: 503,
        headers: { 'Retry-After': '1' },
      });
    }
    this.#change(1);
    try {
      return await work();
    } finally {
      this.#change(-1);
    }
  }

  #change(by: number): void {
    this.#running += by;
    this.#onChange(this.#running);
  }
}
