import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import type { PollerMetrics } from '../telemetry/metrics-page.ts';
import { readTaskQueueState } from '../temporal/task-queue-state.ts';
import type { IngestionStarter } from './start-ingestion.ts';

/** Milliseconds between two probes of the task queue. */
const probeEvery = 2_000;
/** Milliseconds that a probe may take. */
const probeLimit = 5_000;

/**
 * Keeps a poller from moving a whole backlog out of SQS into Temporal: while too many workflow tasks
 * wait for a worker, the gate is closed. In SQS the messages are cheaper, and every poller can take them.
 */
export class BacklogGate {
  #open = Promise.resolve();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Probes the task queue until the signal aborts. A probe that fails opens the gate. */
  async watch(
    { client, taskQueue }: Pick<IngestionStarter, 'client' | 'taskQueue'>,
    limit: number,
    logger: Logger,
    metrics: PollerMetrics,
    signal: AbortSignal,
  ): Promise<void> {
    let release: (() => void) | undefined;
    const probe = () => readTaskQueueState(client, taskQueue, 'workflow');
    while (!signal.aborted) {
      const state = await client.withDeadline(Date.now() + probeLimit, probe).catch(() => undefined);
      const waiting = state?.backlog;
      if (waiting !== undefined && waiting >= limit && !release) {
        this.#open = new Promise((resolve) => {
          release = resolve;
        });
        this.#isClosed = true;
        metrics.paused.set(1);
        logger.warn(
          { waiting, limit, taskQueue },
          'Too many workflow tasks wait for a worker: receiving pauses',
        );
      } else if ((waiting === undefined || waiting < limit) && release) {
        release();
        release = undefined;
        this.#isClosed = false;
        metrics.paused.set(0);
        logger.info({ waiting, limit, taskQueue }, 'The worker has caught up: receiving continues');
      }
      await sleep(probeEvery, undefined, { signal }).catch(() => undefined);
    }
    release?.();
  }

  async pass(): Promise<void> {
    await this.#open;
  }
}
