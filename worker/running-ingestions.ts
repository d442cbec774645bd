import { setTimeout as sleep } from 'node:timers/promises';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Activities } from '../activities/activities.ts';

/** The last step of an ingestion, whatever its outcome. */
const lastSteps: ReadonlySet<string> = new Set<keyof Activities>(['indexBuilds', 'recordFailure']);

/** Milliseconds after which an ingestion counts as ended, in case it has continued in another worker. */
const longest = 10_000;

/** Milliseconds after the end of an ingestion in which Elasticsearch makes the build searchable. */
const refresh = 500;

/**
 * The ingestions that the poller has started in the worker of the same process. Waiting for their end keeps the poller from
 * starting more than the worker can begin at once, which lets Temporal return the first task with the start ("eager start"
 * in Temporal's catalogue of patterns): a backlog stays in SQS, and Temporal need not queue, match and deliver a task.
 */
export class RunningIngestions {
  readonly #waiting = new Map<string, Set<() => void>>();
  #lastEnd = Number.NEGATIVE_INFINITY;

  /**
   * Call this before the start, since an ingestion can end before the response to its start arrives.
   *
   * @returns `ended` resolves when the ingestion is through its last step, waits for a service, or has taken ten seconds.
   * Disposing of it ends the wait
   */
  expect(workflowId: string) {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(workflowId) ?? new Set();
    this.#waiting.set(workflowId, waiting.add(resolve));
    const timer = setTimeout(resolve, longest);
    return {
      ended,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        waiting.delete(resolve);
        if (waiting.size === 0) this.#waiting.delete(workflowId);
      },
    };
  }

  /** For the worker. A regular activity means that a step waits for a service: other ingestions can begin meanwhile. */
  readonly activityInterceptor: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: async (input, next) => {
        const { activityType, isLocal, workflowExecution } = info;
        const end = () => this.#end(workflowExecution?.workflowId);
        if (!isLocal) end();
        try {
          return await next(input);
        } finally {
          if (lastSteps.has(activityType)) end();
        }
      },
    },
  });

  /**
   * Waits until there is none, and what they have indexed is searchable, for up to a second and a half: operations leave
   * them the processor and the stores.
   */
  async giveWay(): Promise<void> {
    const isBusy = () => this.#waiting.size > 0 || performance.now() - this.#lastEnd < refresh;
    for (let turns = 0; isBusy() && turns < 150; turns++) await sleep(10);
  }

  #end(workflowId: string | undefined): void {
    if (workflowId === undefined) return;
    const waiting = this.#waiting.get(workflowId);
    if (waiting) this.#lastEnd = performance.now();
    for (const resolve of waiting ?? []) resolve();
  }
}
