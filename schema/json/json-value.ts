/**
 * A JSON document without loss: numbers keep the characters they were published with, objects keep the order of their
 * keys, and any key is allowed. JavaScript's own objects and numbers can do none of these (`1.0` becomes `1`,
 * integers end at 2^53, integer-like keys move to the front, `__proto__` vanishes).
 */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject;

export type JsonObject = Map<string, JsonValue>;

const INTEGER_TOKEN = /^-?[0-9]+$/;

/** A number as its token in the text, for example `1.0`, `1E2`, `-0`, `NaN` or `Infinity`. */
export class JsonNumber {
  readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  /** True for a token without fraction and exponent, which Python reads as an `int`; all others are floats. */
  get isIntegerToken(): boolean {
    return INTEGER_TOKEN.test(this.token);
  }

  /** The nearest double: exact for floats as Python reads them, rounded for integers beyond 2^53. */
  toNumber(): number {
    return Number(this.token);
  }
}

/**
 * The same document as ordinary JavaScript values, as `JSON.parse` would give it: numbers become doubles. A key named
 * `__proto__` survives as a property of its own.
 */
export function toPlain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return value.toNumber();
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) {
    const plain: Record<string, unknown> = {};
    for (const [key, member] of value) {
      if (key === '__proto__') {
        // An assignment would set the prototype instead of a property.
        Object.defineProperty(plain, key, {
          value: toPlain(member),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else {
        plain[key] = toPlain(member);
      }
    }
    return plain;
  }
  return value;
}

/**
 * Ordinary JavaScript values as a lossless document. `undefined` members are left out, as `JSON.stringify` does.
 * Whole numbers become integer tokens, so this is for values made here, not for numbers that were published.
 *
 * @throws {TypeError} for what JSON cannot hold (functions, symbols, bigints, an `undefined` outside an object).
 */
export function fromPlain(plain: unknown): JsonValue {
  if (plain === null || typeof plain === 'string' || typeof plain === 'boolean') return plain;
  if (typeof plain === 'number') return new JsonNumber(Object.is(plain, -0) ? '-0.0' : String(plain));
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (typeof plain === 'object') {
    const object: JsonObject = new Map();
    for (const [key, member] of Object.entries(plain)) {
      if (member !== undefined) object.set(key, fromPlain(member));
    }
    return object;
  }
  throw new TypeError(`JSON cannot hold a value of type ${typeof plain}`);
}

/** The member at a path of object keys, or undefined where the path leads nowhere. */
export function memberAt(value: JsonValue, ...keys: string[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of keys) {
    if (!(current instanceof Map)) return undefined;
    current = current.get(key);
  }
  return current;
}
