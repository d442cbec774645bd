import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { type LinkSettings, temporalRunUrl } from '../../builds/temporal-links.ts';
import { openActivities } from './open-activities.ts';
import { pendingSteps } from './pending-steps.ts';
import type { Run } from './run-schema.ts';
import { timeline } from './timeline.ts';
import type { Timeline } from './timeline-schema.ts';
import { within } from './within.ts';

/** Events of a history that is still read; an ingestion has some ten, a backfill has tens of thousands. */
const maxEvents = 2_000;
/** gRPC's status for a run id that is none. */
const INVALID_ARGUMENT = 3;

/** What is known of a run: from Temporal as long as it has it, and in any case where to look. Never throws. */
export async function readRun(
  temporal: Pick<Client, 'workflow'>,
  settings: LinkSettings,
  workflowId: string,
  runId: string,
): Promise<Run> {
  const base = {
    workflow_id: workflowId,
    run_id: runId,
    temporal_url: temporalRunUrl(settings, workflowId, runId),
  };
  const without = (known: Run['known'], note: string): Run => ({ ...base, known, note, timeline: null });
  try {
    const read = await within(readTimeline(temporal, workflowId, runId));
    if (typeof read !== 'number') return { ...base, known: 'yes', note: null, timeline: read };
    return without('too long', `The run has ${read} events, too many for a timeline: see the Temporal UI.`);
  } catch (error) {
    if (isUnknown(error)) {
      return without(
        'forgotten',
        'Temporal no longer has this run: it keeps runs that have ended for its retention period only. What came of it is still here.',
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    return without('unavailable', `Temporal cannot be asked at the moment (${reason}).`);
  }
}

/** The timeline, or the number of events where there are too many. */
async function readTimeline(
  temporal: Pick<Client, 'workflow'>,
  workflowId: string,
  runId: string,
): Promise<Timeline | number> {
  const handle = temporal.workflow.getHandle(workflowId, runId);
  const { raw, historyLength } = await handle.describe();
  if (historyLength > maxEvents) return historyLength;
  const history = await handle.fetchHistory();
  const read = timeline(history);
  const pending = pendingSteps(raw.pendingActivities ?? [], openActivities(history), Date.now());
  return { ...read, steps: [...read.steps, ...pending] };
}

function isUnknown(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((one) => isGrpcServiceError(one) && one.code === INVALID_ARGUMENT);
}
