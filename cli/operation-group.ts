import type { OperationName } from './find-operation.ts';
import type { OperationText } from './watch-operation.ts';

/** A kind of operation of which several can run at a time, as its commands know it: its report is its last progress. */
export interface OperationGroup extends OperationName {
  /** How its commands begin, such as `buildhub backfill`. */
  readonly command: string;
  readonly text: OperationText;
  /** What can be limited, such as `objects per second a backfill reads`, if anything. */
  readonly limited?: string;
  /** What stays of one that is cancelled, in a paragraph. */
  readonly afterCancel: string;
}
