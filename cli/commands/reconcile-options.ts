import { type Command, Option } from 'commander';
import type { Config } from '../../config/config.ts';
import type { ReconcileInput } from '../../workflows/reconcile/reconcile.ts';

/** What can be said of how to reconcile, by `run` and by `schedule`. */
export interface ReconcileOptions {
  readonly repair?: boolean;
  readonly contents: ReconcileInput['contents'];
  readonly objects: ReconcileInput['extent'];
  readonly bucket?: string;
}

/** Adds these options to a command. */
export function withReconcileOptions(command: Command): Command {
  return command
    .option('--repair', 'repair what differs, and do not only report it')
    .addOption(
      new Option('--contents <extent>', 'documents that are compared by content, and not only by id')
        .choices(['none', 'sample', 'whole'])
        .default('sample'),
    )
    .addOption(
      new Option(
        '--objects <extent>',
        'how much of the bucket is compared: a page of keys in a list costs a request',
      )
        .choices(['none', 'sample', 'whole'])
        .default('sample'),
    )
    .option('--bucket <name>', 'the bucket (default: S3_BUCKET)');
}

/** The input of the workflow. */
export function reconcileInput(options: ReconcileOptions, config: Pick<Config, 'S3_BUCKET'>): ReconcileInput {
  const { repair = false, contents, objects: extent, bucket = config.S3_BUCKET } = options;
  return { repair, contents, extent, bucket };
}
