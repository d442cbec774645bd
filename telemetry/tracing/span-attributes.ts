import type { Attributes } from '@opentelemetry/api';

/** What a span is about, under the names that log lines have. */
export interface SpanIds {
  readonly messageId?: string | undefined;
  readonly workflowId?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly buildHash?: string;
}

/** Names by OpenTelemetry's conventions where they have one. */
const names = {
  messageId: 'messaging.message.id',
  workflowId: 'temporalWorkflowId',
  bucket: 'aws.s3.bucket',
  key: 'aws.s3.key',
  buildHash: 'buildhub.build_hash',
} as const satisfies Record<keyof SpanIds, string>;

/** The ids as attributes of a span. */
export function spanAttributes(ids: SpanIds): Attributes {
  return Object.fromEntries(
    Object.entries(names).flatMap(([id, name]) => {
      const value = ids[id as keyof SpanIds];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
