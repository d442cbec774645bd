/**
 * The places for messages that one poller has in hand. A receive loop reserves places before it asks SQS for messages
 * and gives back those that stayed empty, so that several loops together never hold more than there are places.
 */
export class Slots {
  readonly #size: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Places that are reserved or hold a message. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Waits until at least one place is free and reserves as many as there are.
   *
   * @param wanted at most so many
   * @returns how many were reserved, at least one
   */
  async reserve(wanted: number): Promise<number> {
    while (this.#taken >= this.#size) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const reserved = Math.min(wanted, this.#size - this.#taken);
    this.#taken += reserved;
    return reserved;
  }

  /** Gives places back. */
  release(count: number): void {
    this.#taken -= count;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves once no place is taken. */
  async empty(): Promise<void> {
    while (this.#taken > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
