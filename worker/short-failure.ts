import { DrizzleQueryError } from 'drizzle-orm';
import { shorten } from '../schema/shorten.ts';

/** Characters of a message, and of a stack. */
const longest = 4_000;

/** Causes of causes that are kept. */
const deepest = 5;

/**
 * The error of an activity, short enough for Temporal, which does not retry an activity with a failure of more than 2 MB, so
 * that its workflow fails. The message of drizzle's error holds the statement with all its parameters, such as builds or
 * an unreadable message, so PostgreSQL's own error takes its place.
 */
export function shortFailure(error: unknown, seen = new Set<unknown>()): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof DrizzleQueryError && error.cause) return shortFailure(error.cause, seen);
  seen.add(error);
  if (error.message.length > longest) error.message = shorten(error.message, longest);
  if (error.stack && error.stack.length > longest) error.stack = shorten(error.stack, longest);
  const { cause } = error;
  if (cause !== undefined)
    error.cause = seen.has(cause) || seen.size > deepest ? undefined : shortFailure(cause, seen);
  return error;
}
