import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  log,
  metricMeter,
  ParentClosePolicy,
  setCurrentDetails,
  setWorkflowOptions,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { MessageContent } from '../activities/ingest/read-message.ts';
import type { Outcome } from '../drizzle/tables.ts';
import type { S3ObjectWrite } from '../schema/s3/s3-object-write.ts';
import { shorten } from '../schema/shorten.ts';
import { setIds } from '../telemetry/ingestion-ids.ts';
import { workerMetrics } from '../telemetry/metrics.ts';
import { count, observe } from '../telemetry/record.ts';
import { durableSteps } from './durable-steps.ts';
import { ingestObject, type ObjectSummary } from './ingest-object.ts';
import { searchAttributes } from './search-attributes.ts';

/** Characters of an unreadable body that messages show; the workflow's input has all of it. */
const maxShownBody = 2_000;

/**
 * Child workflows of one run: Temporal allows 2,000 that are open, and each adds about six events to a history that may have
 * 50,000. A message with more objects is divided into parts.
 */
const maxChildren = 500;

/** Bytes of JSON of the objects that a summary names: Temporal Cloud refuses a memo of more than 40 KB. */
const maxListed = 16_000;

/** Failures that the error of a run names, and characters of each. */
const maxNamed = 10;
const maxNamedLength = 1_000;

/** One SQS message, as the poller hands it over. */
export interface IngestMessageInput {
  readonly messageId: string;
  /** The writes that the message reports; empty if the poller could not read all of it. */
  readonly objects: readonly S3ObjectWrite[];
  /** The body as SQS delivered it, only if the poller could not read all of it. */
  readonly unreadableBody?: string;
  /** These objects are a part of a message with several; the message is counted by the run that has all of them. */
  readonly isPart?: true;
}

export type MessageOutcome = Outcome | 'unreadable' | 'partly';

export interface MessageSummary {
  readonly messageId: string;
  readonly outcome: MessageOutcome;
  /** The objects, or the first of many. */
  readonly objects: readonly ObjectSummary[];
  /** How many objects are not listed. */
  readonly more?: number;
}

/**
 * Ingests the S3 objects of one SQS message: usually one. If S3 has put several together, each is ingested by a child
 * workflow of the same type, so that one that waits for a service holds up no other, and no history outgrows Temporal's
 * limits.
 *
 * Completes if every object was ingested, unchanged or missing. Fails after dealing with all of them if one was invalid
 * or the message could not be read: then an operator can see why, and reset the run (or start the same id again) once
 * the cause is gone. The outcome is in the search attributes, the memo and the current details, too.
 *
 * @throws {ApplicationFailure} of type `InvalidBuild`, `UnreadableMessage`, or `Incomplete` if the run of an object was
 * cancelled or terminated; details hold the {@link MessageSummary}
 */
export async function ingestMessage(input: IngestMessageInput): Promise<MessageSummary> {
  const { messageId, isPart } = input;
  setIds({ messageId });
  const { objects, problem } = await readContent(input);
  const [only] = objects;
  const results =
    only && objects.length === 1
      ? [await ingestHere(messageId, only)]
      : await ingestInParts(messageId, objects);
  const summary = summarise(messageId, results, problem !== undefined);
  show(summary, problem);
  if (!isPart) count(metricMeter, workerMetrics.messages, 1, { outcome: summary.outcome });
  log.info('Message dealt with', {
    ...summary,
    objects: summary.objects.map(({ bucket, key, outcome, builds }) => ({
      bucket,
      key,
      outcome,
      buildHashes: builds.map(({ hash }) => hash),
    })),
  });
  const failures = results.flatMap(({ failure }) => failure ?? []);
  if (failures.length === 0 && problem === undefined) return summary;
  throw ApplicationFailure.create({
    type: problem === undefined ? (failures[0]?.type ?? '') : 'UnreadableMessage',
    message: [
      ...(problem === undefined ? [] : [`SQS message ${messageId} cannot be read: ${problem}`]),
      ...failures.slice(0, maxNamed).map(({ message }) => shorten(message, maxNamedLength)),
      ...(failures.length > maxNamed ? [`and ${failures.length - maxNamed} more`] : []),
    ].join('\n'),
    nonRetryable: true,
    details: [summary],
  });
}

// With Worker Deployments, see `deploymentVersion`; Temporal refuses a behaviour from a worker without a version.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
  ingestMessage,
);

interface PartResult extends Omit<MessageSummary, 'messageId'> {
  readonly failure?: { readonly type: string; readonly message: string };
}

async function ingestHere(messageId: string, object: S3ObjectWrite): Promise<PartResult> {
  setIds({ messageId, bucket: object.bucket, key: object.key });
  const result = await ingestObject(object, showDelay);
  measure(object, result);
  const { bucket, key, outcome, reason } = result;
  return {
    outcome,
    objects: [result],
    ...(outcome === 'invalid' && {
      failure: { type: 'InvalidBuild', message: `s3://${bucket}/${key}: ${reason}` },
    }),
  };
}

/** Each object alone, or groups of equal size if there are too many. */
function partsOf(objects: readonly S3ObjectWrite[]): S3ObjectWrite[][] {
  const size = Math.ceil(objects.length / maxChildren);
  return Array.from({ length: Math.ceil(objects.length / size) }, (_, part) =>
    objects.slice(part * size, (part + 1) * size),
  );
}

async function ingestInParts(messageId: string, objects: readonly S3ObjectWrite[]): Promise<PartResult[]> {
  if (objects.length === 0) return [];
  const parts = partsOf(objects);
  const ids = await durableSteps(showDelay).nameParts({ messageId, parts });
  return await Promise.all(parts.map((part, index) => ingestPart(ids[index] ?? '', messageId, part)));
}

async function ingestPart(
  workflowId: string,
  messageId: string,
  objects: readonly S3ObjectWrite[],
): Promise<PartResult> {
  try {
    return await executeChild<typeof ingestMessage>('ingestMessage', {
      workflowId,
      args: [{ messageId, objects, isPart: true }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Part of SQS message ${messageId}`,
    });
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      const reason = 'Another run is ingesting the same write.';
      const outcome = 'unchanged';
      return {
        outcome,
        objects: objects.map(({ bucket, key }) => ({ bucket, key, outcome, reason, builds: [] })),
      };
    }
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    const { cause } = error;
    const [summary] = (cause instanceof ApplicationFailure ? cause.details : undefined) ?? [];
    if (cause instanceof ApplicationFailure && summary)
      return {
        ...(summary as MessageSummary),
        failure: { type: cause.type ?? 'InvalidBuild', message: cause.message },
      };
    const message = `The run ${workflowId} did not end: ${cause?.message ?? error.message}`;
    return { outcome: 'partly', objects: [], more: objects.length, failure: { type: 'Incomplete', message } };
  }
}

/** What the UI and the caller see: the first objects, as many as a memo can hold. */
function summarise(messageId: string, results: readonly PartResult[], isUnreadable: boolean): MessageSummary {
  const all = results.flatMap(({ objects }) => objects);
  const objects: ObjectSummary[] = [];
  let room = maxListed;
  for (const { reason, ...object } of all) {
    const listed = { ...object, ...(reason !== undefined && { reason: shorten(reason, maxNamedLength) }) };
    room -= new TextEncoder().encode(JSON.stringify(listed)).length;
    if (room < 0) break;
    objects.push(listed);
  }
  const more = results.reduce((sum, result) => sum + (result.more ?? 0), all.length - objects.length);
  return { messageId, outcome: overall(results, isUnreadable), objects, ...(more > 0 && { more }) };
}

function measure({ eventTime }: S3ObjectWrite, { outcome }: ObjectSummary): void {
  count(metricMeter, workerMetrics.objects, 1, { outcome });
  const eventAt = Date.parse(eventTime ?? '');
  const isSearchable = outcome === 'ingested' || outcome === 'unchanged';
  // Date is the workflow's clock here, which stands at the end of the step before.
  if (isSearchable && !Number.isNaN(eventAt))
    observe(metricMeter, workerMetrics.putToIndexed, (Date.now() - eventAt) / 1_000);
}

/** What the poller has read, or what a worker can read of a body that the poller could not. */
async function readContent({
  messageId,
  objects,
  unreadableBody: body,
}: IngestMessageInput): Promise<MessageContent> {
  if (body === undefined) return { objects };
  const steps = durableSteps(showDelay);
  const content = await steps.readMessage({ messageId, body });
  const { problem: reason } = content;
  if (reason === undefined) return content;
  await steps.recordFailure({ outcome: 'unreadable', messageId, body, reason });
  return { ...content, problem: `${reason}\n${shorten(body, maxShownBody)}` };
}

/** A message without objects, as one that could be read after all and reported none, has changed nothing. */
function overall(results: readonly PartResult[], isUnreadable: boolean): MessageOutcome {
  const outcomes = new Set<MessageOutcome>(results.map(({ outcome }) => outcome));
  if (isUnreadable) outcomes.add('unreadable');
  const [first = 'unchanged'] = outcomes;
  return outcomes.size > 1 ? 'partly' : first;
}

function showDelay(reason: string): void {
  upsertSearchAttributes([{ key: searchAttributes.outcome, value: 'retrying' }]);
  setCurrentDetails(
    '**retrying** until it succeeds; see the pending activity for attempts and the last error.\n\n' +
      `First error: ${shorten(reason, maxNamedLength)}`,
  );
}

const buildAttributes = ['product', 'version', 'channel', 'platform', 'locale', 'buildId'] as const;

function show(summary: MessageSummary, problem?: string): void {
  const build = summary.objects.flatMap(({ builds }) => builds)[0];
  upsertSearchAttributes([
    { key: searchAttributes.outcome, value: summary.outcome },
    ...buildAttributes.flatMap((name) => {
      const value = build?.[name];
      return value === undefined ? [] : [{ key: searchAttributes[name], value }];
    }),
  ]);
  upsertMemo({ summary });
  setCurrentDetails(describeSummary(summary, problem));
}

/** Markdown for the Temporal UI: the outcome of each object of a message, and its builds. */
function describeSummary({ outcome, objects, more }: MessageSummary, problem?: string): string {
  const unreadable = problem === undefined ? [] : [`The message cannot be read: ${problem}`];
  const rest = more === undefined ? [] : [`and ${more} more objects`];
  return [`**${outcome}**`, ...unreadable, ...objects.map(describeObject), ...rest].join('\n\n');
}

function describeObject({ bucket, key, etag, outcome, reason, builds }: ObjectSummary): string {
  return [
    `\`s3://${bucket}/${key}\`${etag ? ` (ETag ${etag})` : ''}: ${outcome}${reason ? `: ${reason}` : ''}`,
    ...builds.map(
      (build) =>
        `- ${build.product} ${build.version} ${build.channel} ${build.platform} ${build.locale}` +
        `${build.buildId ? `, build ${build.buildId}` : ''}: \`${build.hash}\`, id ${build.id}, ` +
        (build.created ? 'new' : 'known already'),
    ),
  ].join('\n');
}
