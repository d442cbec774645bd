import { JsonSyntaxError } from '../json/json-syntax-error.ts';
import { toPlain } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { isBuildhubKey, keyProblem } from './object-key.ts';
import type { IgnoredRecord, S3ObjectWrite } from './s3-object-write.ts';
import { UnreadableMessageError } from './unreadable-message-error.ts';

/** What one record of a message turned out to be. */
export type ReadRecord =
  | { kind: 'write'; write: S3ObjectWrite }
  | { kind: 'ignored'; ignored: IgnoredRecord }
  | { kind: 'unreadable'; problem: string };

/** A member is not what it must be. The message has its path, the reader of the record turns it into a problem. */
export class BadMember extends Error {
  constructor(path: string, complaint: string) {
    super(`${path}: ${complaint}`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names a value's kind for a message: `null`, `a list`, `a number`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

/** @throws {UnreadableMessageError} if the text is not JSON. */
export function parseBody(text: string, name: string): unknown {
  try {
    return toPlain(parseJson(text));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new UnreadableMessageError([`${name}: is not JSON (${error.message})`]);
  }
}

/** @throws {BadMember} */
export function objectMember(
  parent: Record<string, unknown>,
  name: string,
  path: string,
): Record<string, unknown> {
  const value = parent[name];
  if (!isObject(value)) throw new BadMember(`${path}.${name}`, notA('an object', value));
  return value;
}

/** @throws {BadMember} */
export function stringMember(parent: Record<string, unknown>, name: string, path: string): string {
  const value = parent[name];
  if (typeof value !== 'string' || value === '')
    throw new BadMember(`${path}.${name}`, notA('a string', value));
  return value;
}

/** Keeps a write whose key is a buildhub.json. `keyPath` is where in the message the key stood. @throws {BadMember} */
export function sortByKey(write: S3ObjectWrite, keyPath: string): ReadRecord {
  if (!isBuildhubKey(write.key)) {
    const { bucket, key, eventName } = write;
    return {
      kind: 'ignored',
      ignored: { reason: 'other-key', bucket, key, ...(eventName && { eventName }) },
    };
  }
  const complaint = keyProblem(write.key);
  if (complaint !== undefined) throw new BadMember(keyPath, complaint);
  return { kind: 'write', write };
}

/** Runs a reader of one record, and reports the first member that is not what it must be. */
export function readRecord(read: () => ReadRecord): ReadRecord {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadMember) return { kind: 'unreadable', problem: error.message };
    throw error;
  }
}

function notA(expected: string, value: unknown): string {
  if (value === '') return 'is empty';
  return value === undefined ? 'is missing' : `is ${describe(value)}, not ${expected}`;
}
