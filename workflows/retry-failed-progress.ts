import type { MessageOutcome } from './ingest-message.ts';

/** What came of a retry; `running`: somebody else retries it at this moment; `failed`: its workflow was ended. */
export type RetryOutcome = MessageOutcome | 'running' | 'failed';

/** Something that fails still. */
export interface StillFailing {
  readonly workflowId: string;
  readonly reason: string;
}

/** How far the retrying of failures is: the answer of its query `progress`, and in its memo. */
export interface RetryProgress {
  readonly phase: 'running' | 'paused' | 'done' | 'cancelled';
  /** Failures that there were at the start. */
  readonly total: number;
  /** Those that have ended, by outcome. */
  readonly outcomes: Partial<Record<RetryOutcome, number>>;
  /** Retries that have not ended. */
  readonly open: number;
  /** Retries that are begun in a second at most. */
  readonly retriesPerSecond?: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** The first few. */
  readonly stillFailing: readonly StillFailing[];
}

/** How many retries have ended. */
export function endedRetries({ outcomes }: Pick<RetryProgress, 'outcomes'>): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}

/** Markdown for the Temporal UI. */
export function describeRetries(progress: RetryProgress): string {
  const outcomes = Object.entries(progress.outcomes).map(([name, count]) => `${count} ${name}`);
  return [
    `**${progress.phase}**: ${endedRetries(progress)} of ${progress.total} retried, ${progress.open} open`,
    ...(outcomes.length > 0 ? [outcomes.join(', ')] : []),
    ...progress.stillFailing.map(({ workflowId, reason }) => `- \`${workflowId}\`: ${reason}`),
  ].join('\n\n');
}
