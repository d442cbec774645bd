/** A counting semaphore of which several permits can be acquired at once: as many as are free, up to a number. */
export class Semaphore {
  readonly #size: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Waits until at least one permit is free and takes as many as are.
   *
   * @param wanted the most to take
   * @returns how many were taken, at least one
   */
  async acquire(wanted: number): Promise<number> {
    while (this.#taken >= this.#size) await this.#nextRelease();
    const acquired = Math.min(wanted, this.#size - this.#taken);
    this.#taken += acquired;
    return acquired;
  }

  /** Returns permits. */
  release(count: number): void {
    this.#taken -= count;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves once no permit is taken. */
  async idle(): Promise<void> {
    while (this.#taken > 0) await this.#nextRelease();
  }

  #nextRelease(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
