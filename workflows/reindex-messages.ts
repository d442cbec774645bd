import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ReindexProgress } from './reindex-progress.ts';

/*
 * What can be asked of, and told to, a reindex or a roll-back that runs. To cancel it, cancel the workflow: up to the
 * swap that leaves everything as it was; once the swap has begun it is finished.
 */

/** How far it is. */
export const reindexProgressQuery = defineQuery<ReindexProgress>('progress');

/** Begins nothing more until it is told to go on. */
export const pauseReindexSignal = defineSignal('pause');

/** Goes on. */
export const resumeReindexSignal = defineSignal('resume');

/** Writes no more than so many documents per second from now on; null for no limit. */
export const limitReindexSignal = defineSignal<[number | null]>('limitRate');
