import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

/** A build that a search has shown, and a later one has not. */
export interface Disappearance {
  readonly id: string;
  /** When a search showed it first, and when one did not; milliseconds since 1970. */
  readonly shownAt: number;
  readonly missedAt: number;
}

/** Milliseconds between two searches of one API. */
const pause = 100;

/** Searches all builds through each API all the time, and notes every one that disappears. */
export class Searchers {
  readonly #client: ApiClient;
  /** In the order in which they were shown first. */
  readonly #shown = new Map<string, number>();
  readonly #disappeared = new Map<string, Disappearance>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  searches = 0;

  get shown(): ReadonlySet<string> {
    return new Set(this.#shown.keys());
  }

  get disappearances(): readonly Disappearance[] {
    return [...this.#disappeared.values()];
  }

  /** Searches until the signal aborts. */
  async run(apis: number, signal: AbortSignal): Promise<void> {
    const loops = Array.from({ length: apis }, async (_, api) => {
      while (!signal.aborted) {
        await this.#search(api);
        await sleep(pause);
      }
    });
    await Promise.all([...loops, this.#look(apis, signal)]);
  }

  async #search(api: number): Promise<void> {
    // What was shown before this search begins must be in it.
    const before = this.#shown.size;
    const response = await this.#client.ask(api, 'POST', '/api/search', {
      ...{ size: 10_000, _source: false, query: { match_all: {} } },
    });
    if (response?.status !== 200) return;
    const { hits } = response.json as { hits: { hits: { _id: string }[] } };
    const found = new Set(hits.hits.map(({ _id }) => _id));
    this.searches += 1;
    const now = Date.now();
    let position = 0;
    for (const [id, shownAt] of this.#shown) {
      if (position++ >= before) break;
      if (!found.has(id) && !this.#disappeared.has(id))
        this.#disappeared.set(id, { id, shownAt, missedAt: now });
    }
    for (const id of found) if (!this.#shown.has(id)) this.#shown.set(id, now);
  }

  /** Asks every other route too, whose statuses are checked. */
  async #look(apis: number, signal: AbortSignal): Promise<void> {
    // An export of everything would take the machine from what is tested.
    const routes = (await this.#client.plainRoutes()).filter((route) => !route.includes('export'));
    for (let turn = 0; !signal.aborted; turn++) {
      await this.#client.ask(turn % apis, 'GET', routes[turn % routes.length] ?? '/__version__');
      await sleep(pause * 5);
    }
  }
}
