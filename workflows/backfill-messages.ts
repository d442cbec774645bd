import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { BackfillProgress } from './backfill-progress.ts';

/*
 * What can be asked of, and told to, a backfill that runs. To cancel it, cancel the workflow: it finishes what it has
 * begun, and its result is the report so far.
 */

/** How far it is. */
export const progressQuery = defineQuery<BackfillProgress>('progress');

/** Begins nothing more until it is told to go on. */
export const pauseSignal = defineSignal('pause');

/** Goes on. */
export const resumeSignal = defineSignal('resume');

/** Downloads no more than so many objects per second from now on; null for no limit. */
export const limitRateSignal = defineSignal<[number | null]>('limitRate');
