import { hash } from 'node:crypto';
import { type S3ObjectWrite, writeIdentity } from './s3-object-write.ts';

/** Temporal's limit, which its databases count in characters and its server in bytes. */
const MAX_ID_BYTES = 255;
const MAX_LABEL_LENGTH = 64;
/** Nothing that ends up in a label may look like a separator of the id. */
const PLAIN_LABEL = /^[A-Za-z0-9._:-]+$/;
/** Characters that cannot be seen, typed or searched. */
const NOT_VISIBLE = /[^\p{L}\p{N}\p{P}\p{S}\p{M} ]/gu;

/**
 * The id of the workflow that ingests the objects of one message: `ingest:BUCKET/KEY@WRITE` for one object,
 * `ingest:BUCKET/KEY+N@HASH` for one and N more. It is the same for a redelivery and for a doubled notification,
 * and another for the next write of the same key, even if that brings back a former content. A long key is shortened
 * in its middle, where a hash replaces what is left out.
 *
 * @param messageId of the SQS message; distinguishes writes whose event has no sequencer, version or time. A doubled
 *   notification of such a write then runs twice, and the second run changes nothing.
 * @throws {TypeError} if there is no object.
 */
export function ingestWorkflowId(objects: readonly S3ObjectWrite[], messageId?: string): string {
  const writes = objects.map((object) => ({ object, label: identify(object, messageId) }));
  // In the order of their ids and not of the message: a doubled notification may list them otherwise.
  writes.sort((a, b) => (fullId(a) < fullId(b) ? -1 : 1));
  const first = writes[0];
  if (first === undefined) throw new TypeError('A message without objects to ingest has no workflow');
  const more = writes.length - 1;
  const tail = more === 0 ? `@${first.label}` : `+${more}@${digest(JSON.stringify(writes.map(fullId)))}`;
  return within(`${first.object.bucket}/${first.object.key}`, 'ingest:', tail);
}

/** The id of the workflow that keeps an unreadable message: `unreadable:MESSAGE_ID`. */
export function unreadableWorkflowId(messageId: string): string {
  return within(messageId, 'unreadable:', '');
}

/**
 * The id of the workflow that retries a failure: `retry:NAME@attempt-N`. It is the same for all operators who retry the
 * same failure at the same time, and another after each attempt.
 *
 * @param name `BUCKET/KEY`, or `message/MESSAGE_ID`
 * @param attempts that were made before
 */
export function retryWorkflowId(name: string, attempts: number): string {
  return within(name, 'retry:', `@attempt-${attempts + 1}`);
}

function identify(object: S3ObjectWrite, messageId: string | undefined): string {
  const { label, detail, isUnique } = writeIdentity(object);
  const suffix = detail && `-${digest(detail).slice(0, 8)}`;
  const full = isUnique || messageId === undefined ? label : `${label}-message-${messageId}`;
  if (full.length <= MAX_LABEL_LENGTH && PLAIN_LABEL.test(full)) return full + suffix;
  return `${full.slice(0, full.indexOf('-'))}-sha256-${digest(full)}${suffix}`;
}

function fullId(write: { object: S3ObjectWrite; label: string }): string {
  return JSON.stringify([write.object.bucket, write.object.key, write.label]);
}

function digest(text: string): string {
  return hash('sha256', text).slice(0, 32);
}

/** `prefix + name + tail`, with the name made visible and shortened; if that changes it, its hash is part of it. */
function within(name: string, prefix: string, tail: string): string {
  const visible = name.toWellFormed().replace(NOT_VISIBLE, '_');
  const room = MAX_ID_BYTES - byteLength(prefix) - byteLength(tail);
  if (visible === name && byteLength(name) <= room) return `${prefix}${name}${tail}`;
  const middle = `..${digest(name)}..`;
  const half = Math.floor((room - byteLength(middle)) / 2);
  const characters = [...visible];
  const isShort = byteLength(visible) <= room - byteLength(middle);
  const head = isShort ? visible : takeBytes(characters, half).join('');
  const end = isShort ? '' : takeBytes(characters.reverse(), half).reverse().join('');
  return `${prefix}${head}${middle}${end}${tail}`;
}

function takeBytes(characters: string[], limit: number): string[] {
  let bytes = 0;
  const end = characters.findIndex((character) => {
    bytes += byteLength(character);
    return bytes > limit;
  });
  return end === -1 ? characters : characters.slice(0, end);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
