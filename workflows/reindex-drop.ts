import type { DropIndexesInput } from '../activities/reindex/drop-indexes.ts';
import { shortSteps } from './reindex-steps.ts';

/**
 * Deletes indexes that are not live. A workflow, so that it takes turns with reindexes and roll-backs, whose id it
 * shares, and so that Temporal has a record of it.
 *
 * @returns the names of those that were deleted
 * @throws {ApplicationFailure} of type `NoSuchIndex` where one is live or does not exist; then nothing is deleted
 */
export async function dropIndexes(input: DropIndexesInput): Promise<string[]> {
  return await shortSteps.dropIndexes(input);
}
