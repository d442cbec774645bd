import { JsonSyntaxError } from './json-syntax-error.ts';
import { JsonNumber, type JsonObject, type JsonValue } from './json-value.ts';
import { scanString } from './scan-string.ts';

/** Python stops at about a thousand levels as well; it keeps a hostile text from ending in a stack overflow. */
export const MAX_JSON_DEPTH = 900;

const NUMBER = /(-?(?:0|[1-9][0-9]*))(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Parses a JSON text without loss, accepting and refusing exactly what Python 3.7's `json.loads` does: `NaN`,
 * `Infinity` and `-Infinity` are numbers, of a repeated key the last value wins in the first one's place, and escaped
 * lone surrogates are kept.
 *
 * @throws {JsonSyntaxError} with Python's wording; `Nested too deeply (more than 900 levels)` is our own.
 */
export function parseJson(text: string): JsonValue {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    throw new JsonSyntaxError('Unexpected UTF-8 BOM (decode using utf-8-sig)', text, 0);
  }
  const reader = new Reader(text);
  reader.skipWhitespace();
  const value = reader.readValue(0);
  reader.skipWhitespace();
  if (reader.index !== text.length) throw reader.error('Extra data');
  return value;
}

class Reader {
  index = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  error(reason: string): JsonSyntaxError {
    return new JsonSyntaxError(reason, this.#text, this.index);
  }

  skipWhitespace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.index);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.index++;
    }
  }

  readValue(depth: number): JsonValue {
    switch (this.#text[this.index]) {
      case '"':
        return this.#readString();
      case '{':
        return this.#readObject(depth + 1);
      case '[':
        return this.#readArray(depth + 1);
      case 'n':
        if (this.#takes('null')) return null;
        break;
      case 't':
        if (this.#takes('true')) return true;
        break;
      case 'f':
        if (this.#takes('false')) return false;
        break;
      case 'N':
        if (this.#takes('NaN')) return new JsonNumber('NaN');
        break;
      case 'I':
        if (this.#takes('Infinity')) return new JsonNumber('Infinity');
        break;
      case '-':
        if (this.#takes('-Infinity')) return new JsonNumber('-Infinity');
        break;
    }
    NUMBER.lastIndex = this.index;
    const token = NUMBER.exec(this.#text)?.[0];
    if (token === undefined) throw this.error('Expecting value');
    this.index += token.length;
    return new JsonNumber(token);
  }

  #takes(word: string): boolean {
    if (!this.#text.startsWith(word, this.index)) return false;
    this.index += word.length;
    return true;
  }

  #readString(): string {
    const { value, end } = scanString(this.#text, this.index);
    this.index = end;
    return value;
  }

  #enter(depth: number): void {
    if (depth > MAX_JSON_DEPTH) throw this.error(`Nested too deeply (more than ${MAX_JSON_DEPTH} levels)`);
    this.index++;
    this.skipWhitespace();
  }

  #readObject(depth: number): JsonObject {
    this.#enter(depth);
    const object: JsonObject = new Map();
    if (this.#takes('}')) return object;
    for (;;) {
      if (this.#text[this.index] !== '"') {
        throw this.error('Expecting property name enclosed in double quotes');
      }
      const key = this.#readString();
      this.skipWhitespace();
      if (!this.#takes(':')) throw this.error("Expecting ':' delimiter");
      this.skipWhitespace();
      object.set(key, this.readValue(depth));
      this.skipWhitespace();
      if (this.#takes('}')) return object;
      if (!this.#takes(',')) throw this.error("Expecting ',' delimiter");
      this.skipWhitespace();
    }
  }

  #readArray(depth: number): JsonValue[] {
    this.#enter(depth);
    const array: JsonValue[] = [];
    if (this.#takes(']')) return array;
    for (;;) {
      array.push(this.readValue(depth));
      this.skipWhitespace();
      if (this.#takes(']')) return array;
      if (!this.#takes(',')) throw this.error("Expecting ',' delimiter");
      this.skipWhitespace();
    }
  }
}
