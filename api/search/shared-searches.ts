/**
 * Answers equal searches that are asked at the same time by one: who asks while an equal search runs waits for the next
 * one, which begins when that has ended, with everybody else who asked meanwhile. So no answer is older than its
 * question, and however many ask the same (jobs of one push, pages that are opened after an announcement, somebody
 * who reloads a slow page), Elasticsearch works on it once at a time.
 */
export class SharedSearches<Answer> {
  /** By what is asked: the search that still takes others in, or else the one that runs. */
  readonly #newest = new Map<string | undefined, SharedSearch<Answer>>();
  readonly #onShared: () => void;

  /** @param onShared told of each question that is answered by the search of an earlier one */
  constructor(onShared: () => void = () => {}) {
    this.#onShared = onShared;
  }

  /**
   * @param question what is asked, whole; undefined for the question that has no text
   * @param signal aborts when whoever asks has gone; the search is stopped when that is true of all who share it
   * @param search carries the search out
   * @returns what `search` does, and fails as it does, for all who share it
   */
  async run(
    question: string | undefined,
    signal: AbortSignal,
    search: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    let newest = this.#newest.get(question);
    if (newest === undefined || !newest.takesMore) {
      newest = new SharedSearch(search, newest);
      this.#newest.set(question, newest);
    } else {
      this.#onShared();
    }
    try {
      return await newest.join(signal);
    } finally {
      if (this.#newest.get(question) === newest) this.#newest.delete(question);
    }
  }
}

class SharedSearch<Answer> {
  #hasBegun = false;
  readonly #answer: Promise<Answer>;
  readonly #stop = new AbortController();
  #waiting = 0;

  /** @param before the search that this one waits for */
  constructor(search: (signal: AbortSignal) => Promise<Answer>, before: SharedSearch<Answer> | undefined) {
    const begin = async () => {
      this.#hasBegun = true;
      this.#stop.signal.throwIfAborted();
      return await search(this.#stop.signal);
    };
    this.#answer = before === undefined ? begin() : before.#answer.then(begin, begin);
  }

  /** Whether somebody else may still join: it has not begun, and those who wait for it have not all gone. */
  get takesMore(): boolean {
    return !this.#hasBegun && !this.#stop.signal.aborted;
  }

  async join(signal: AbortSignal): Promise<Answer> {
    this.#waiting++;
    const leave = () => {
      this.#waiting--;
      if (this.#waiting === 0) this.#stop.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.#answer;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
