import type { Database } from '../drizzle/connect.ts';
import {
  type ActionResult,
  recordActionBegun,
  recordActionEnded,
} from '../drizzle/queries/operator-actions.ts';

/** Who does what, from where. */
export interface Action {
  /** Such as `backfill.start`. */
  readonly action: string;
  readonly operator: string;
  readonly via: 'api' | 'command line';
  readonly remoteAddress?: string | undefined;
  /** What was asked for; anything that JSON can hold. */
  readonly parameters: unknown;
}

/** What came of an action. */
export interface Done {
  /** For people, a sentence. */
  readonly result: string;
  readonly workflowId?: string | undefined;
}

/**
 * Carries out an action of an operator, and records who did it, when and what came of it. It is recorded first: what
 * cannot be recorded is not done.
 *
 * @throws what the action throws, once that is recorded
 */
export async function recordAction<T extends Done>(
  database: Database,
  { action, operator, via, remoteAddress, parameters }: Action,
  run: () => Promise<T>,
): Promise<T> {
  const id = await recordActionBegun(database, {
    action,
    operator,
    via,
    remoteAddress: remoteAddress ?? null,
    parameters: JSON.stringify(parameters ?? {}),
    workflowId: null,
  });
  const end = async (ended: ActionResult) => {
    // What is done is done, whether or not that can be recorded by now; it stays `begun` then.
    await recordActionEnded(database, id, ended).catch(() => undefined);
  };
  let done: T;
  try {
    done = await run();
  } catch (error) {
    await end({ outcome: 'failed', result: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  await end({ outcome: 'done', ...done });
  return done;
}
