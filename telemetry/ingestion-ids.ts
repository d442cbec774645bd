import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/*
 * The ids that join the log lines and spans of one build. A workflow says what it is working on, and its log lines and
 * activities carry it. Bundled with the workflows, each of which has a copy of this module's state, and so without I/O.
 * It adds no event to a history: a run that began without it continues with it, and the other way round.
 */

export interface IngestionIds {
  readonly messageId?: string;
  readonly bucket?: string;
  readonly key?: string;
  /** Of the object's first build. */
  readonly buildHash?: string | undefined;
}

const header = 'buildhub-ids';
let current: IngestionIds = {};

export function setIds(ids: IngestionIds): void {
  current = ids;
}

export function addIds(ids: IngestionIds): void {
  current = { ...current, ...ids };
}

/** The ids in the headers of an activity; empty for an activity that is not a step of an ingestion. */
export function readIds(headers: Headers): IngestionIds {
  const payload = headers[header];
  return payload ? defaultPayloadConverter.fromPayload<IngestionIds>(payload) : {};
}

function withIds(headers: Headers): Headers {
  if (Object.keys(current).length === 0) return headers;
  return { ...headers, [header]: defaultPayloadConverter.toPayload(current) };
}

/** For the bundle of the workflows. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleLocalActivity: (input, next) => next({ ...input, headers: withIds(input.headers) }),
      scheduleActivity: (input, next) => next({ ...input, headers: withIds(input.headers) }),
      getLogAttributes: (attributes, next) => next({ ...attributes, ...current }),
    },
  ],
});
