import { WorkflowNotFoundError } from '@temporalio/client';

/**
 * What was asked about a workflow; undefined where Temporal does not know it, or not any more.
 *
 * @throws where Temporal cannot be asked: then nobody knows whether it runs
 */
export async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
