import { defaultPayloadConverter, type Headers } from '@temporalio/common';

/*
 * Bundled with the workflows, and so without I/O.
 */

/** What a step of an ingestion is about: log lines and spans carry these. */
export interface IngestionIds {
  readonly messageId: string;
  readonly bucket?: string;
  readonly key?: string;
  /** Of the first build. */
  readonly buildHash?: string;
}

const header = 'buildhub-ids';

/** Headers of an activity with the ids of what it is about. */
export function withIds(headers: Headers, ids: IngestionIds): Headers {
  return { ...headers, [header]: defaultPayloadConverter.toPayload(ids) };
}

/** The ids in the headers of an activity; empty for one that is no step of an ingestion. */
export function readIds(headers: Headers): Partial<IngestionIds> {
  const payload = headers[header];
  return payload ? defaultPayloadConverter.fromPayload<IngestionIds>(payload) : {};
}
