import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * What the Temporal UI's list shows and filters by, for each ingestion: of the first build in the message, since
 * almost every message reports one. `Outcome` is of the whole message.
 */
export const searchAttributes = {
  product: defineSearchAttributeKey('Product', 'KEYWORD'),
  version: defineSearchAttributeKey('Version', 'KEYWORD'),
  channel: defineSearchAttributeKey('Channel', 'KEYWORD'),
  platform: defineSearchAttributeKey('Platform', 'KEYWORD'),
  locale: defineSearchAttributeKey('Locale', 'KEYWORD'),
  /** The fourteen digits of `build.id`. */
  buildId: defineSearchAttributeKey('MozBuildId', 'KEYWORD'),
  /** See {@link MessageOutcome} in ingest-message.ts. */
  outcome: defineSearchAttributeKey('Outcome', 'KEYWORD'),
} as const;
