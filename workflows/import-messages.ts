import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ImportProgress } from './import-progress.ts';

/*
 * What can be asked of, and told to, an import that runs. To cancel it, cancel the workflow; what it has brought in stays,
 * and another import goes on from there.
 */

/** How far it is. */
export const importProgressQuery = defineQuery<ImportProgress>('progress');

/** Begins nothing more until it is told to go on. */
export const pauseImportSignal = defineSignal('pause');

/** Goes on. */
export const resumeImportSignal = defineSignal('resume');
