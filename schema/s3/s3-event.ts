import { z } from 'zod';
import { shorten } from '../shorten.ts';
import { decodeEventKey, isBucketName, isBuildhubKey, keyProblem } from './object-key.ts';
import { type IgnoreReason, type S3ObjectWrite, writeIdentity } from './s3-object-write.ts';

/** What a queue message reports: the writes to ingest, and why other records are rightly left alone. */
interface S3Event {
  objects: S3ObjectWrite[];
  ignored: IgnoreReason[];
}

/**
 * A queue message, or a part of it, could not be understood. The message says what was wrong and at which path. What
 * could be read of it is here as well, so that one odd record does not keep the other objects from being ingested:
 * the caller keeps the message for a person to look at, and continues with `objects`.
 */
export class UnreadableMessageError extends Error {
  override readonly name = 'UnreadableMessageError';
  /** Each complaint with its path, for example `Records[1].s3.bucket: Invalid input: expected object, received null`. */
  readonly problems: readonly string[];
  readonly objects: readonly S3ObjectWrite[];
  readonly ignored: readonly IgnoreReason[];

  constructor(problems: readonly string[], readable: S3Event = { objects: [], ignored: [] }) {
    super(`Unreadable message: ${problems.join('; ')}`.toWellFormed());
    this.problems = problems;
    this.objects = readable.objects;
    this.ignored = readable.ignored;
  }
}

const name = z.string().min(1);

const bucket = z.object({ name: name.refine(isBucketName, 'is not a name that S3 allows for a bucket') });

/** Only bucket and key are required. Any other member that is odd, or that PostgreSQL could not store, is left out. */
const detail = name
  .max(1_000)
  .refine((text) => text.isWellFormed() && !text.includes('\0'))
  .optional()
  .catch(undefined);
const size = z.number().int().nonnegative().optional().catch(undefined);

/** A member of an S3 notification's `Records`. */
const s3Record = z.object({
  eventName: detail,
  eventTime: detail,
  s3: z.object({
    bucket,
    object: z.object({
      key: name.transform(decodeEventKey),
      eTag: detail,
      size,
      versionId: detail,
      sequencer: detail,
    }),
  }),
});

/** An event that S3 sent through EventBridge. Its keys are not encoded, unlike those of S3's own notifications. */
const eventBridgeEvent = z.object({
  time: detail,
  detail: z.object({
    bucket,
    object: z.object({ key: name, etag: detail, size, 'version-id': detail, sequencer: detail }),
  }),
});

const anyList = z.array(z.unknown());
const anyText = z.string();
const anyObject = z.looseObject({});

/** A person reads the first few. */
const maxProblems = 100;

type Reading =
  | { readonly write: S3ObjectWrite }
  | { readonly ignored: IgnoreReason }
  | { readonly problem: string };

/**
 * Reads the body of an SQS message: an S3 notification (`Records`), a test event of S3, or an EventBridge event
 * (`source: aws.s3`), each of them either as it is or as the `Message` of an SNS envelope. If there is a `Message`,
 * nothing beside it counts. Records that repeat the same write are one object.
 *
 * Every record is read before anything is thrown: a record that cannot be understood does not hide the others, which
 * the error carries along.
 *
 * @throws {UnreadableMessageError} for anything else, with what was wrong at which path.
 */
export function readS3Event(body: string): S3Event {
  const event: S3Event = { objects: [], ignored: [] };
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const reading of readEnvelope(body)) {
    if ('problem' in reading) {
      if (problems.length < maxProblems) problems.push(reading.problem);
    } else if ('ignored' in reading) event.ignored.push(reading.ignored);
    else {
      const { write } = reading;
      const identity = JSON.stringify([write.bucket, write.key, writeIdentity(write)]);
      if (!seen.has(identity)) event.objects.push(write);
      seen.add(identity);
    }
  }
  if (problems.length > 0) throw new UnreadableMessageError(problems, event);
  return event;
}

function readEnvelope(body: string): Iterable<Reading> {
  const envelope = readText(body, 'body');
  if ('problem' in envelope) return [envelope];
  if (!('Message' in envelope.data)) return readNotification(envelope.data, '');
  const message = readText(envelope.data.Message, 'Message');
  return 'problem' in message ? [message] : readNotification(message.data, 'Message.');
}

/** @param prefix path of the notification in the message, `Message.` in an SNS envelope; for problems */
function* readNotification(notification: Record<string, unknown>, prefix: string): Iterable<Reading> {
  if ('Records' in notification) {
    const records = read(anyList, notification.Records, `${prefix}Records`);
    if ('problem' in records) yield records;
    else
      for (const [index, record] of records.data.entries())
        yield readS3Record(record, `${prefix}Records[${index}]`);
    return;
  }
  const path = prefix.slice(0, -1) || 'body';
  const { Event: event, source, 'detail-type': eventName } = notification;
  if (event === 's3:TestEvent') yield { ignored: 'test-event' };
  else if (typeof eventName === 'string' && typeof source === 'string')
    yield readEventBridgeEvent(notification, source, eventName, path);
  else {
    const members = shorten(Object.keys(notification).join(', ')) || 'no members';
    yield { problem: `${path}: is neither a notification of S3 nor an event of EventBridge: has ${members}` };
  }
}

function readS3Record(record: unknown, path: string): Reading {
  // Not by zod, whose errors take long to make: a message can have half a million of these.
  if (!isObject(record)) return { problem: `${path}: is not an object` };
  if (isFalsy(record.s3)) return { ignored: 'not-s3' };
  if (!isObject(record.s3)) return { problem: `${path}.s3: is not an object` };
  // A record that is left alone need not be complete.
  const eventName = detail.parse(record.eventName);
  const reason = reasonToIgnore(eventName);
  if (reason !== undefined) return { ignored: reason };
  const found = read(s3Record, record, path);
  if ('problem' in found) return found;
  const { bucket, object } = found.data.s3;
  return writeOf(`${path}.s3.object.key`, {
    bucket: bucket.name,
    key: object.key,
    etag: object.eTag,
    size: object.size,
    versionId: object.versionId,
    sequencer: object.sequencer,
    eventTime: found.data.eventTime,
    eventName,
  });
}

function readEventBridgeEvent(event: unknown, source: string, eventName: string, path: string): Reading {
  if (source !== 'aws.s3') return { ignored: 'not-s3' };
  if (eventName !== 'Object Created')
    return { ignored: eventName === 'Object Deleted' ? 'removed' : 'other-event' };
  const found = read(eventBridgeEvent, event, path);
  if ('problem' in found) return found;
  const { bucket, object } = found.data.detail;
  return writeOf(`${path}.detail.object.key`, {
    bucket: bucket.name,
    key: object.key,
    etag: object.etag,
    size: object.size,
    versionId: object['version-id'],
    sequencer: object.sequencer,
    eventTime: found.data.time,
    eventName,
  });
}

/** Keeps a write whose key is a buildhub.json. `keyPath` is where in the message the key stood. */
function writeOf(keyPath: string, write: S3ObjectWrite): Reading {
  const { key, etag } = write;
  if (!isBuildhubKey(key)) return { ignored: 'other-key' };
  const complaint = keyProblem(key);
  if (complaint !== undefined) return { problem: `${keyPath}: ${complaint}` };
  return { write: { ...write, etag: etag?.replace(/^"(.*)"$/s, '$1') } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Python takes for false, as Buildhub2 left such records alone. */
function isFalsy(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Why an event is left alone, by the beginning of its name: everything that S3 reports except writes. */
const reasons: ReadonlyMap<string, IgnoreReason> = new Map<string, IgnoreReason>([
  ['TestEvent', 'test-event'],
  ['ObjectRemoved', 'removed'],
  ['LifecycleExpiration', 'removed'],
  ['LifecycleTransition', 'other-event'],
  ['IntelligentTiering', 'other-event'],
  ['ObjectTagging', 'other-event'],
  ['ObjectAcl', 'other-event'],
  ['ObjectRestore', 'other-event'],
  ['Replication', 'other-event'],
  ['ReducedRedundancyLostObject', 'other-event'],
]);

/**
 * Any other name, or none, counts as a write: Buildhub2 fetched the key whatever the name was, and a sender of events
 * by hand or through another service need not know S3's names.
 */
function reasonToIgnore(eventName: string | undefined): IgnoreReason | undefined {
  const [kind = ''] = (eventName ?? '').replace(/^s3:/, '').split(':');
  return reasons.get(kind);
}

function readText(text: unknown, path: string) {
  const found = read(anyText, text, path);
  if ('problem' in found) return found;
  try {
    return read(anyObject, JSON.parse(found.data), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: `${path}: is not JSON (${error.message})` };
  }
}

/** The value as the schema has it, or the first thing that is wrong with it and its path. */
function read<T>(schema: z.ZodType<T>, value: unknown, path: string): { data: T } | { problem: string } {
  const { success, data, error } = schema.safeParse(value);
  if (success) return { data };
  const [issue] = error.issues;
  return { problem: `${[path, ...(issue?.path ?? [])].join('.')}: ${issue?.message}` };
}
