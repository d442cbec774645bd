import type { ObjectFilter } from '../../drizzle/queries/object-conditions.ts';
import type { MessageFilter } from '../../drizzle/queries/unreadable-messages.ts';

/** Which failed objects are to be retried, as plain data; what is left out does not narrow. */
export interface FailedObjects {
  readonly outcomes?: readonly ('invalid' | 'missing')[] | undefined;
  readonly bucket?: string | undefined;
  /** What the key begins with. */
  readonly prefix?: string | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  /** A reason as failures are grouped by it: with `…` for values and `N` for numbers. */
  readonly reasonGroup?: string | undefined;
  /** Tried last at this moment or later, ISO 8601. */
  readonly since?: string | undefined;
}

/** Which unreadable messages are to be retried, as plain data; what is left out does not narrow. */
export interface FailedMessages {
  readonly messageId?: string | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  /** Tried last at this moment or later, ISO 8601. */
  readonly since?: string | undefined;
}

/** What is to be retried: the objects, the messages, or both. */
export interface FailureSelection {
  readonly objects?: FailedObjects | undefined;
  readonly messages?: FailedMessages | undefined;
}

/** The selection of objects as the queries take it. */
export function objectFilter({ since, ...filter }: FailedObjects): ObjectFilter {
  return { ...filter, from: since === undefined ? undefined : new Date(since) };
}

/** The selection of messages as the queries take it. */
export function messageFilter({ since, ...filter }: FailedMessages): MessageFilter {
  return { ...filter, from: since === undefined ? undefined : new Date(since) };
}
