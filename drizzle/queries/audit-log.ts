import { desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableJson, storableText } from '../storable-text.ts';
import { operatorActions } from '../tables.ts';

type BegunAction = Pick<
  typeof operatorActions.$inferSelect,
  'operator' | 'via' | 'remoteAddress' | 'action' | 'workflowId'
> & { readonly parameters: object };

export interface ActionResult {
  readonly outcome: 'started' | 'done' | 'failed';
  readonly result: string;
  readonly workflowId?: string | undefined;
}

/** Records that an action begins; returns its id. */
export async function recordActionBegun(database: Database, action: BegunAction): Promise<bigint> {
  const [row] = await database
    .insert(operatorActions)
    .values({
      ...action,
      operator: storableText(action.operator),
      parameters: storableJson(action.parameters),
    })
    .returning({ id: operatorActions.id });
  if (!row) throw new Error('PostgreSQL returned no row for an action that was recorded');
  return row.id;
}

export async function recordActionEnded(
  database: Database,
  id: bigint,
  { outcome, result, workflowId }: ActionResult,
): Promise<void> {
  await database
    .update(operatorActions)
    .set({ outcome, result: storableText(result), ...(workflowId !== undefined && { workflowId }) })
    .where(eq(operatorActions.id, id));
}

/**
 * A page of actions, the newest first.
 *
 * @param before only those with a smaller id, as the last of the page before
 */
export async function listOperatorActions(database: Database, limit: number, before?: bigint) {
  return await database
    .select()
    .from(operatorActions)
    .where(before === undefined ? undefined : lt(operatorActions.id, before))
    .orderBy(desc(operatorActions.id))
    .limit(limit);
}
