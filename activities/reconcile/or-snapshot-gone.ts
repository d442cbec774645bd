import { ApplicationFailure } from '@temporalio/activity';
import { isSnapshotGone } from '../../elasticsearch/snapshot.ts';

/** Turns the loss of a snapshot into a failure that is not retried: the comparison has to begin with another one. */
export function orSnapshotGone(error: unknown): never {
  if (!isSnapshotGone(error)) throw error;
  throw ApplicationFailure.create({
    type: 'SnapshotGone',
    message: 'Elasticsearch has let the snapshot of the index go',
    nonRetryable: true,
    cause: error as Error,
  });
}
