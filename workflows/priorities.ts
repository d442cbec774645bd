import type { Priority } from '@temporalio/common';

/*
 * Temporal gives waiting tasks of a lower number to a worker first. Child workflows and activities have the priority of the
 * workflow that started them.
 */

/** Of the ingestion of a new message: no operation holds it up. */
export const livePriority: Priority = { priorityKey: 1 };

/** Of operations (backfill, reindex, retries and the like) and everything they start. */
export const operationPriority: Priority = { priorityKey: 5 };
