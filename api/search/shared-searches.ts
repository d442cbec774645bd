import { LRUCache } from 'lru-cache';

/** Bytes of all answers that are kept, with their questions; the least used make room. */
const mostKept = 32 * 1024 * 1024;

/** The search for everything, which is asked without a text. */
export const everything = Symbol('everything');

/** What is asked, whole: equal searches are those whose text is the same to the byte. */
export type Question = string | typeof everything;

/**
 * Answers equal searches by one. Who asks while an equal search runs waits for the next one, which begins when that has
 * ended, with everybody else who asked meanwhile; who asks within some milliseconds of the beginning of one gets its
 * answer. So an answer is never older than those milliseconds, and however many ask the same (jobs of one push, pages
 * that are opened after an announcement, somebody who reloads a slow page), Elasticsearch works on it once at a time.
 */
export class SharedSearches<Answer extends object | string> {
  /** By what is asked: the search that still takes others in, or else the one that runs. */
  readonly #newest = new Map<Question, SharedSearch<Answer>>();
  readonly #kept: LRUCache<Question, Answer>;
  readonly #keptFor: number;
  readonly #bytesOf: (answer: Answer) => number;
  readonly #onShared: () => void;

  /**
   * @param options.keptFor milliseconds from the beginning of a search for which its answer is kept; 0 for not at all
   * @param options.bytesOf how large an answer is
   * @param options.onShared told of each question that is answered by the search of an earlier one
   */
  constructor(options: { keptFor: number; bytesOf: (answer: Answer) => number; onShared?: () => void }) {
    this.#keptFor = options.keptFor;
    this.#bytesOf = options.bytesOf;
    this.#onShared = options.onShared ?? (() => {});
    // Without purging, answers that have run out would take up memory until others need it.
    this.#kept = new LRUCache({ maxSize: mostKept, ttlAutopurge: true });
  }

  /**
   * @param question what is asked
   * @param signal aborts when whoever asks has gone; the search is stopped when that is true of all who share it
   * @param search carries the search out
   * @returns what `search` does, and fails as it does, for all who share it
   */
  async run(
    question: Question,
    signal: AbortSignal,
    search: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    const kept = this.#kept.get(question);
    if (kept !== undefined) {
      this.#onShared();
      return kept;
    }
    let newest = this.#newest.get(question);
    if (newest === undefined || !newest.takesMore) {
      newest = new SharedSearch((all) => this.#searchAndKeep(question, () => search(all)), newest);
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

  async #searchAndKeep(question: Question, search: () => Promise<Answer>): Promise<Answer> {
    const began = performance.now();
    const answer = await search();
    const left = began + this.#keptFor - performance.now();
    if (left > 0) {
      const questionBytes = typeof question === 'string' ? Buffer.byteLength(question) : 0;
      this.#kept.set(question, answer, { ttl: left, size: questionBytes + this.#bytesOf(answer) });
    }
    return answer;
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
