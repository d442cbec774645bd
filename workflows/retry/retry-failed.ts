import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  sleep,
  TerminatedFailure,
  Trigger,
} from '@temporalio/workflow';
import type { FailureSelection, Retry, RetryPosition } from '../../activities/retry/find-failures.ts';
import { shorten } from '../../schema/shorten.ts';
import type { ingestMessage, MessageOutcome, MessageSummary } from '../ingest-message.ts';
import { operationPriority } from '../priorities.ts';
import type { Fact, Progress } from '../progress.ts';
import { type Carried, RunControl } from '../run-control.ts';
import { shortSteps } from '../steps.ts';

/** What still fails is in the table anyway; the report names a few. */
const maxStillFailing = 10;

/** Characters of each: Temporal takes up to 40 kB for the memo that has all of them. */
const maxReason = 500;

export interface RetryFailedInput {
  readonly selection: FailureSelection;
  /** Retries that begin per second; no limit by default. */
  readonly rateLimit?: number | undefined;
  /** Retries that are open at the same time; 10 by default. */
  readonly concurrency?: number | undefined;
  /** Seconds after which an open retry no longer counts as one of those, and continues on its own; 60 by default. */
  readonly patienceSeconds?: number | undefined;
  /** Events of the history after which the workflow continues as new; 4,000 by default. */
  readonly maxHistory?: number | undefined;
}

/**
 * The result of a retry. `running`: another workflow retries it at this moment; `waiting`: it was not finished after a
 * while, and continues on its own; `cancelled`, `failed`: its own workflow was.
 */
type RetryOutcome = MessageOutcome | 'running' | 'waiting' | 'cancelled' | 'failed';

interface RetryState {
  /** By the clock of PostgreSQL: what fails later is not part of it. */
  readonly before: string;
  readonly total: number;
  readonly position: RetryPosition;
  readonly outcomes: Partial<Record<RetryOutcome, number>>;
  readonly stillFailing: readonly { readonly workflowId: string; readonly reason: string }[];
}

/**
 * Retries what has failed: pages through the table, not through Temporal's histories, and starts the normal ingestion for
 * each object or message as a child workflow, which continues whatever happens to this one.
 *
 * A retry that waits for a service, or for S3 to permit access, holds up the others for a limited time only.
 */
export async function retryFailed(input: RetryFailedInput, carried?: Carried<RetryState>): Promise<Progress> {
  const { selection, rateLimit = null, concurrency = 10, patienceSeconds = 60, maxHistory = 4_000 } = input;
  let state: RetryState = carried?.state ?? {
    ...{ before: '', total: 0, position: { kind: 'object' }, outcomes: {}, stillFailing: [] },
  };
  /** Retries that count as open, by the id of their workflow. */
  const open = new Map<string, { readonly since: number; readonly result: Trigger<RetryResult> }>();
  const control = new RunControl({
    ...{ firstPhase: 'counting', unit: 'retries', rateLimit, maxHistory, carried: carried?.control },
    measure: () => measure(state, open.size),
  });

  return await control.run(async () => {
    const watch = new CancellationScope();
    watch.run(stopWaitingForSlow).catch(() => undefined);
    try {
      if (control.phase === 'counting') {
        state = { ...state, ...(await shortSteps.countFailures(selection)) };
        control.enter('running');
      }
      while (await retryPage()) {
        if (!control.isLong) continue;
        await condition(() => open.size === 0);
        await continueAsNew<typeof retryFailed>(input, { state, control: await control.handOver() });
      }
      await condition(() => open.size === 0);
    } finally {
      watch.cancel();
    }
  });

  /** Begins the retries of a page; returns whether there is another. */
  async function retryPage(): Promise<boolean> {
    const { before, position } = state;
    const { retries, next } = await shortSteps.findFailures({ selection, before, after: position });
    for (const retry of retries) {
      await condition(() => !control.isPaused && open.size < concurrency);
      const result = new Trigger<RetryResult>();
      // Before anything is awaited: what is open is counted at once.
      open.set(retry.workflowId, { since: Date.now(), result });
      void control.step(() => carryOut(retry, result)).catch(unlessCancelled);
      await control.untilAllowed(1);
    }
    if (next) state = { ...state, position: next };
    return next !== undefined;
  }

  async function carryOut(
    { workflowId, input: message }: Retry,
    result: Trigger<RetryResult>,
  ): Promise<void> {
    executeChild<typeof ingestMessage>('ingestMessage', {
      workflowId,
      args: [message],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      staticSummary: 'Retry of what has failed',
      priority: operationPriority,
    }).then(
      (summary) => result.resolve(resultOf(summary)),
      (error) => result.resolve(whyFailed(error)),
    );
    const { outcome, reason } = await result;
    open.delete(workflowId);
    const { outcomes, stillFailing } = state;
    state = {
      ...state,
      outcomes: { ...outcomes, [outcome]: (outcomes[outcome] ?? 0) + 1 },
      stillFailing:
        reason === undefined
          ? stillFailing
          : [...stillFailing, { workflowId, reason: shorten(reason, maxReason) }].slice(0, maxStillFailing),
    };
  }

  /** If this run is cancelled, it does not report how its retries end. */
  function unlessCancelled(error: unknown): void {
    if (!isCancellation(error)) throw error;
  }

  /** One timer for all, since each is two events of the history. */
  async function stopWaitingForSlow(): Promise<void> {
    for (;;) {
      await sleep((patienceSeconds / 3) * 1_000);
      const latest = Date.now() - patienceSeconds * 1_000;
      for (const { since, result } of open.values())
        if (since <= latest) result.resolve({ outcome: 'waiting' });
      // A paused run waits for days: without timers its history does not grow.
      await condition(() => open.size > 0);
    }
  }
}

interface RetryResult {
  readonly outcome: RetryOutcome;
  readonly reason?: string | undefined;
}

function resultOf({ outcome, objects }: MessageSummary): RetryResult {
  return { outcome, reason: objects.find((object) => object.outcome === 'missing')?.reason };
}

function whyFailed(error: unknown): RetryResult {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return { outcome: 'running' };
  if (isCancellation(error)) return { outcome: 'cancelled', reason: 'Its workflow was cancelled.' };
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  if (cause instanceof TerminatedFailure)
    return { outcome: 'failed', reason: 'Its workflow was terminated.' };
  if (!(cause instanceof ApplicationFailure))
    return { outcome: 'failed', reason: cause?.message ?? String(error) };
  const [summary] = (cause.details ?? []) as (MessageSummary | undefined)[];
  return { outcome: summary?.outcome ?? 'failed', reason: cause.message };
}

function measure({ total, outcomes, stillFailing }: RetryState, open: number) {
  const counts = Object.entries(outcomes);
  const done = counts.reduce((sum, [, count]) => sum + count, 0);
  const { ingested = 0, unchanged = 0, running = 0, waiting = 0 } = outcomes;
  const failing = done - ingested - unchanged - running - waiting;
  const problems = [
    ...(failing > 0 ? [`${failing} retries did not succeed: see the failures for their reasons.`] : []),
    ...(waiting > 0 ? [`${waiting} still wait for a service and continue.`] : []),
  ];
  const facts: Fact[] = [
    { label: 'In flight', value: open },
    ...counts.map(([outcome, value]) => ({ label: capitalised(outcome), value })),
    ...stillFailing.map(({ workflowId, reason }) => ({ label: workflowId, value: reason })),
  ];
  return { done, total, facts, problem: problems.join(' ') || undefined };
}

function capitalised(word: string): string {
  return word[0]?.toUpperCase() + word.slice(1);
}
