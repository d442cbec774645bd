import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Activities } from '../../activities/activities.ts';

/** The last step of an ingestion, whatever comes of it. */
const lastSteps: ReadonlySet<string> = new Set<keyof Activities>(['indexBuilds', 'recordFailure']);

/** Milliseconds after which an ingestion counts as ended, should it have gone on in another worker. */
const longest = 10_000;

/** An ingestion that is about to be started. Nobody waits for it any more once it is disposed of. */
export interface RunningIngestion extends Disposable {
  /** Resolves when the ingestion is through its last step, waits for a service, or has taken ten seconds. */
  readonly ended: Promise<void>;
}

/**
 * The ingestions that the worker of this process is at, as far as the poller beside it has started them. So the poller
 * starts no more than the worker can begin at once, which is what lets Temporal hand over the first task with the start:
 * a backlog then stays in SQS, and Temporal need not queue a task, match it and send it to a poll.
 */
export class RunningIngestions {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** To be called before the start, since an ingestion can end before the answer to its start is there. */
  expect(workflowId: string): RunningIngestion {
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

  /** For the worker. A regular activity means that a step waits for a service: others can begin meanwhile. */
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

  #end(workflowId: string | undefined): void {
    if (workflowId === undefined) return;
    for (const resolve of this.#waiting.get(workflowId) ?? []) resolve();
  }
}
