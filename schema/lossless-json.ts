/**
 * A JSON document that keeps what JavaScript's numbers would lose. A whole number of up to fifteen digits is a number;
 * any other (`1.0`, `1e3`, `-0`, `9007199254740993`) is a {@link RawNumber}. `JSON.stringify` writes both as they were read.
 */
export type JsonValue = null | boolean | string | number | RawNumber | JsonValue[] | JsonObject;

export interface JsonObject {
  [name: string]: JsonValue;
}

/** A number as the text that stood in the document, made by `JSON.rawJSON`. */
export interface RawNumber {
  readonly rawJSON: string;
}

declare global {
  // TypeScript's libraries do not have these yet.
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { source: string }) => unknown,
    ): unknown;
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** Deeper documents are refused, since code that walks or writes one would run out of stack. */
const maxDepth = 100;

const plainNumber = /^\d{1,15}$/;

/**
 * The beginning of any other number. It may be in a string as well, which only costs time: V8 parses with a reviver
 * eight times slower than without.
 */
const otherNumber = /(?:^|"\s*:|[,[])\s*(?:-\d|\d+[.eE]|\d{16})/;

/**
 * Parses a JSON text and keeps every number as it was written. Of a repeated key the last value counts.
 *
 * @throws {SyntaxError} if the text is not JSON, or is nested too deeply
 */
export function parseLossless(text: string): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  if (isDeeperThan(maxDepth, value)) throw new SyntaxError(`Nested deeper than ${maxDepth} levels`);
  return otherNumber.test(text) ? (JSON.parse(text, keepNumber) as JsonValue) : value;
}

function keepNumber(_: string, value: unknown, { source }: { source: string }): unknown {
  return typeof value === 'number' && !plainNumber.test(source) ? JSON.rawJSON(source) : value;
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeperThan(depth - 1, member));
}

/** Whether a value is an object, and neither a list nor a number. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The text of a number as it was written; undefined for anything else. */
export function numberText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}

/** Follows names of members, as in `memberAt(build, 'target', 'channel')`; undefined if the path leads nowhere. */
export function memberAt(value: JsonValue, ...names: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const name of names) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}
