import {
  ApplicationFailure,
  log,
  metricMeter,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { MessageContent } from '../activities/ingest/read-message.ts';
import type { Outcome } from '../drizzle/tables.ts';
import type { S3ObjectWrite } from '../schema/s3/s3-object-write.ts';
import { setIds } from '../telemetry/ingestion-ids.ts';
import { workerMetrics } from '../telemetry/metrics.ts';
import { count, observe } from '../telemetry/record.ts';
import { durableSteps } from './durable-steps.ts';
import { ingestObject, type ObjectSummary } from './ingest-object.ts';
import { searchAttributes } from './search-attributes.ts';

/** Characters of an unreadable body that messages show; the workflow's input has all of it. */
const maxShownBody = 2_000;

/** One SQS message, as the poller hands it over. */
export interface IngestMessageInput {
  /** SQS's id of the message. */
  readonly messageId: string;
  /** The writes that the message reports; empty if the poller could not read all of it. */
  readonly objects: readonly S3ObjectWrite[];
  /** The body as SQS delivered it, only if the poller could not read all of it. */
  readonly unreadableBody?: string;
}

/** The outcome of a message; `partly` if its objects have different outcomes. */
export type MessageOutcome = Outcome | 'unreadable' | 'partly';

/** The result of {@link ingestMessage}. */
export interface MessageSummary {
  readonly messageId: string;
  readonly outcome: MessageOutcome;
  readonly objects: readonly ObjectSummary[];
}

/**
 * Ingests the S3 objects of one SQS message: usually one, several if S3 has put them together.
 *
 * Completes if every object was ingested, unchanged or missing. Fails after dealing with all of them if one was invalid
 * or the message could not be read: then an operator can see why, and reset the run (or start the same id again) once
 * the cause is gone. The outcome is in the search attributes, the memo and the current details, too.
 *
 * @throws {ApplicationFailure} of type `InvalidBuild` or `UnreadableMessage`; details hold the {@link MessageSummary}
 */
export async function ingestMessage(input: IngestMessageInput): Promise<MessageSummary> {
  const { messageId } = input;
  setIds({ messageId });
  const { objects, problem } = await readContent(input);
  const summaries: ObjectSummary[] = [];
  for (const object of objects) {
    setIds({ messageId, bucket: object.bucket, key: object.key });
    const objectSummary = await ingestObject(object, showDelay);
    measure(object, objectSummary);
    summaries.push(objectSummary);
  }
  // Lines about a message with several objects are about all of them.
  if (objects.length > 1) setIds({ messageId });
  const summary: MessageSummary = {
    messageId,
    outcome: overall(summaries, problem !== undefined),
    objects: summaries,
  };
  show(summary, problem);
  count(metricMeter, workerMetrics.messages, 1, { outcome: summary.outcome });
  log.info('Message dealt with', {
    messageId,
    outcome: summary.outcome,
    objects: summaries.map(({ bucket, key, outcome, builds }) => ({
      bucket,
      key,
      outcome,
      buildHashes: builds.map(({ hash }) => hash),
    })),
  });
  const invalid = summaries.filter(({ outcome }) => outcome === 'invalid');
  if (invalid.length === 0 && problem === undefined) return summary;
  throw ApplicationFailure.create({
    type: problem === undefined ? 'InvalidBuild' : 'UnreadableMessage',
    message: [
      ...(problem === undefined ? [] : [`SQS message ${messageId} cannot be read: ${problem}`]),
      ...invalid.map(({ bucket, key, reason }) => `s3://${bucket}/${key}: ${reason}`),
    ].join('\n'),
    nonRetryable: true,
    details: [summary],
  });
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
  const shown = body.length <= maxShownBody ? body : `${body.slice(0, maxShownBody)} ...`;
  return { ...content, problem: `${reason}\n${shown}` };
}

/** A message without objects, as one that could be read after all and reported none, has changed nothing. */
function overall(summaries: readonly ObjectSummary[], isUnreadable: boolean): MessageOutcome {
  const outcomes = new Set<MessageOutcome>(summaries.map(({ outcome }) => outcome));
  if (isUnreadable) outcomes.add('unreadable');
  const [first = 'unchanged'] = outcomes;
  return outcomes.size > 1 ? 'partly' : first;
}

function showDelay(reason: string): void {
  upsertSearchAttributes([{ key: searchAttributes.outcome, value: 'retrying' }]);
  setCurrentDetails(describeDelay(reason));
}

function show(summary: MessageSummary, problem?: string): void {
  const build = summary.objects.flatMap(({ builds }) => builds)[0];
  upsertSearchAttributes([
    { key: searchAttributes.outcome, value: summary.outcome },
    ...(build
      ? [
          { key: searchAttributes.product, value: build.product },
          { key: searchAttributes.version, value: build.version },
          { key: searchAttributes.channel, value: build.channel },
          { key: searchAttributes.platform, value: build.platform },
          { key: searchAttributes.locale, value: build.locale },
          ...(build.buildId ? [{ key: searchAttributes.buildId, value: build.buildId }] : []),
        ]
      : []),
  ]);
  upsertMemo({ summary });
  setCurrentDetails(describeSummary(summary, problem));
}

/** Markdown for the Temporal UI: the outcome of each object of a message, and its builds. */
function describeSummary({ outcome, objects }: MessageSummary, problem?: string): string {
  const unreadable = problem === undefined ? [] : [`The message cannot be read: ${problem}`];
  return [`**${outcome}**`, ...unreadable, ...objects.map(describeObject)].join('\n\n');
}

/** Markdown for the Temporal UI while a service is unavailable. */
function describeDelay(reason: string): string {
  return `**retrying** until it succeeds; see the pending activity for attempts and the last error.\n\nFirst error: ${reason}`;
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
