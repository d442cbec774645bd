import { setInterval } from 'node:timers';
import type { Config } from '../config/config.ts';
import { connect } from '../drizzle/connect.ts';
import { addIngestionMinutes, type IngestionMinute } from '../drizzle/queries/ingestion-minutes.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Milliseconds between two writes. */
const writeInterval = 10_000;

/** While PostgreSQL is away, no more minutes than these are kept in memory. */
const maxMinutes = 1_440;

/** Collects what is ingested by the minute in which it was done. */
export class IngestionMinutes {
  #minutes = new Map<number, IngestionMinute>();

  /**
   * @param eventAt milliseconds since 1970 at which S3 was written
   * @param now when the object could be searched
   */
  add(eventAt: number, now = Date.now()): void {
    const start = now - (now % 60_000);
    // A clock that differs from that of S3 by a little must not make time run backwards.
    const lag = Math.max(0, now - eventAt) / 1_000;
    const known = this.#minutes.get(start);
    this.#minutes.set(start, {
      minute: new Date(start),
      objects: (known?.objects ?? 0) + 1,
      lagSum: (known?.lagSum ?? 0) + lag,
      lagMax: Math.max(known?.lagMax ?? 0, lag),
      newestEventAt: new Date(Math.max(known?.newestEventAt.getTime() ?? 0, eventAt)),
    });
  }

  /** Hands over what was collected since it was last taken; where that fails, it is kept for the next time. */
  async take(write: (minutes: IngestionMinute[]) => Promise<void>): Promise<void> {
    const taken = this.#minutes;
    if (taken.size === 0) return;
    this.#minutes = new Map();
    try {
      await write([...taken.values()]);
    } catch (error) {
      for (const [start, minute] of taken) this.#putBack(start, minute);
      throw error;
    }
  }

  #putBack(start: number, minute: IngestionMinute): void {
    const newer = this.#minutes.get(start);
    if (!newer && this.#minutes.size >= maxMinutes) return;
    this.#minutes.set(start, {
      minute: minute.minute,
      objects: minute.objects + (newer?.objects ?? 0),
      lagSum: minute.lagSum + (newer?.lagSum ?? 0),
      lagMax: Math.max(minute.lagMax, newer?.lagMax ?? 0),
      newestEventAt: new Date(Math.max(minute.newestEventAt.getTime(), newer?.newestEventAt.getTime() ?? 0)),
    });
  }
}

/**
 * Keeps rate and lag of ingestion in PostgreSQL, where the operations page reads them: ten seconds behind at most.
 *
 * @param resources writes what is left when they are closed
 */
export function keepIngestionMinutes(
  config: Config,
  logger: Logger,
  resources: AsyncDisposableStack,
): IngestionMinutes {
  const minutes = new IngestionMinutes();
  const { database, close } = connect({ ...config, DATABASE_POOL_SIZE: 1 }, logger, 'buildhub worker rate');
  const write = () =>
    minutes
      .take((taken) => addIngestionMinutes(database, taken))
      .catch((error) => logger.debug({ err: error }, 'The rate of ingestion is written later'));
  const timer = setInterval(write, writeInterval).unref();
  resources.defer(async () => {
    clearInterval(timer);
    await write();
    await close();
  });
  return minutes;
}
