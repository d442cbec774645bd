import { type Command, Option } from 'commander';
import type { ObjectFilter } from '../../drizzle/queries/object-conditions.ts';
import { parseSince } from '../parse-options.ts';

/** The options that say which failures are meant. */
export interface FilterOptions {
  readonly outcome?: 'invalid' | 'missing';
  readonly reason?: string;
  readonly prefix?: string;
  readonly bucket?: string;
  /** ISO 8601. */
  readonly since?: string;
}

/** Gives a command the options that narrow failures. */
export function withFilterOptions(command: Command): Command {
  return command
    .addOption(new Option('--outcome <outcome>', 'only these').choices(['invalid', 'missing']))
    .option('--reason <text>', 'only those whose reason contains this')
    .option('--prefix <prefix>', 'only keys that begin with this')
    .option('--bucket <name>', 'only objects of this bucket')
    .option('--since <time>', 'only those tried last since then: 2026-01-31, 90m, 24h, 7d', parseSince);
}

/** The options as plain data, which a workflow takes. */
export function selectionOf({ outcome, reason, prefix, bucket, since }: FilterOptions) {
  return {
    ...(outcome && { outcomes: [outcome] }),
    ...(reason !== undefined && { reason }),
    ...(prefix !== undefined && { prefix }),
    ...(bucket !== undefined && { bucket }),
    ...(since !== undefined && { since }),
  };
}

/** The options as the queries take them. */
export function filterOf(options: FilterOptions): ObjectFilter {
  const { since, outcomes = ['invalid', 'missing'], ...filter } = selectionOf(options);
  return { ...filter, outcomes, ...(since !== undefined && { from: new Date(since) }) };
}

/** Whether any option narrows. */
export function isNarrowed(options: FilterOptions): boolean {
  return Object.keys(selectionOf(options)).length > 0;
}
