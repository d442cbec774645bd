import { messageOf, withoutPasswords } from '../config/without-passwords.ts';
import type { Database } from '../drizzle/connect.ts';
import { recordActionBegun, recordActionEnded } from '../drizzle/queries/audit-log.ts';
import type { ActionResult } from './operation.ts';

export interface Action {
  /** Such as `backfill.start`. */
  readonly action: string;
  readonly operator: string;
  readonly via: 'api' | 'command line';
  readonly remoteAddress?: string | undefined;
  /** Its input. Only the length of a long list is recorded. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Called if it cannot be recorded, instead of refusing the action. */
  readonly onUnrecorded?: (error: unknown) => void;
}

const maxRecorded = 20;

/**
 * Carries out an action of an operator, and records it in the audit log: as `begun` before it, so that nothing happens
 * unrecorded, and with its outcome after it.
 *
 * @throws what the action throws, once that is recorded
 */
export async function recordAction<T extends ActionResult>(
  database: Database,
  action: Action,
  run: () => Promise<T>,
): Promise<T> {
  const id = await begin(database, action);
  const end = async (ended: Parameters<typeof recordActionEnded>[2]) => {
    // What is done is done, even if that can no longer be recorded; it stays `begun` then.
    if (id !== undefined) await recordActionEnded(database, id, ended).catch(() => undefined);
  };
  try {
    const done = await run();
    await end({ ...done, result: withoutPasswords(done.result), outcome: done.outcome ?? 'done' });
    return done;
  } catch (error) {
    await end({ outcome: 'failed', result: messageOf(error) });
    throw error;
  }
}

async function begin(database: Database, action: Action): Promise<bigint | undefined> {
  const { operator, via, remoteAddress = null, parameters, onUnrecorded } = action;
  const recorded = Object.entries(parameters).map(([name, value]) => [
    name,
    Array.isArray(value) && value.length > maxRecorded ? `${value.length} ${name}` : value,
  ]);
  try {
    return await recordActionBegun(database, {
      ...{ action: action.action, operator, via, remoteAddress, workflowId: null },
      parameters: Object.fromEntries(recorded),
    });
  } catch (error) {
    if (!onUnrecorded) throw error;
    onUnrecorded(error);
    return undefined;
  }
}
