import type { z } from 'zod';
import type { ObjectRow } from '../../drizzle/queries/find-object.ts';
import { ingestionPath } from './addresses.ts';
import type { ingestionState } from './record-schema.ts';
import { type LinkSettings, temporalRunUrl } from './temporal-links.ts';

export type IngestionState = z.output<typeof ingestionState>;

/** What came of an object, as `ingestionState` describes it. */
export function ingestionAnswer(object: ObjectRow, settings: LinkSettings): IngestionState {
  const { workflowId, runId } = object;
  return {
    outcome: object.outcome,
    reason: object.reason,
    attempts: object.attempts,
    first_attempt_at: object.firstSeenAt.toISOString(),
    last_attempt_at: object.lastAttemptAt.toISOString(),
    workflow_id: workflowId,
    run_id: runId,
    temporal_url: temporalRunUrl(settings, workflowId, runId),
    url: ingestionPath(object),
  };
}
