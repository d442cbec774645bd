import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Sandbox } from '../tests/fixture/sandbox.ts';

/** Milliseconds between two reads of the sessions. */
const pause = 1_000;

/**
 * Finds connections that were returned to their pool with a transaction open: what is written through them next is
 * acknowledged, and lost when they close.
 */
export class TransactionWatcher {
  readonly #sandbox: Sandbox;
  readonly #isCalm: () => boolean;
  /** Sessions that were idle in a transaction at the last read, and since when. */
  #idle = new Set<string>();

  /** @param isCalm whether every process runs and reaches PostgreSQL, so that a transaction ends at once */
  constructor(sandbox: Sandbox, isCalm: () => boolean) {
    this.#sandbox = sandbox;
    this.#isCalm = isCalm;
  }

  /** Sessions of Buildhub that were idle in the same transaction for two seconds. */
  readonly open = new Set<string>();

  /** Reads until the signal aborts; while PostgreSQL is down it finds nothing. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const found = this.#isCalm() ? await this.#read().catch(() => []) : [];
      for (const session of found) if (this.#idle.has(session)) this.open.add(session);
      this.#idle = new Set(found);
      await sleep(pause);
    }
  }

  async #read(): Promise<string[]> {
    const { rows } = await this.#sandbox.postgres.database.execute<{ session: string }>(sql`
      select concat(application_name, ' ', pid, ' since ', state_change) as session from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'
        and state_change < clock_timestamp() - interval '1 second'`);
    return rows.map(({ session }) => session);
  }
}
