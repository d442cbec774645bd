import { CancellationScope, CancelledFailure } from '@temporalio/workflow';

/**
 * To be asked before a workflow continues as new, where nothing else that it waits for would have told: the next run
 * would not know that somebody wanted it to end.
 *
 * @throws {CancelledFailure}
 */
export function throwIfCancelled(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('Cancelled');
}
