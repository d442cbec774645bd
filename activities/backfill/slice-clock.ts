import type { KeyPage } from './key-page.ts';

/**
 * Tells when a slice is over. Time counts from its first page on, and a slice lasts at least as long as that page let
 * itself be waited for: to skip what is done of a large inventory file takes longer and longer, and else would become
 * all that a slice does.
 */
export class SliceClock {
  readonly #began = performance.now();
  readonly #milliseconds: number;
  #end = Number.POSITIVE_INFINITY;

  /** @param seconds that a slice lasts, or a little longer */
  constructor(seconds: number) {
    this.#milliseconds = seconds * 1_000;
  }

  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** The pages as they are; the first starts the clock. */
  async *startWith(pages: AsyncIterable<KeyPage>): AsyncGenerator<KeyPage> {
    for await (const page of pages) {
      if (this.#end === Number.POSITIVE_INFINITY) this.#start();
      yield page;
    }
  }

  #start(): void {
    const now = performance.now();
    this.#end = now + Math.max(this.#milliseconds, now - this.#began);
  }
}
