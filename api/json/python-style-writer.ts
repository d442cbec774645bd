import { pythonFloat } from '../../schema/json/python-float.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
const PLUS = 0x2b;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Changes one member of an object on the way. `key` is where the member's name begins in the input and `value` where
 * its value does. Writes what takes the member's place and returns the position after what it has dealt with, or
 * undefined to leave the member as it is.
 */
export type MemberRewrite = (writer: PythonStyleWriter, key: number, value: number) => number | undefined;

/**
 * What a JSON text becomes on its way through Python's `json.loads` and `json.dumps`, without building the value:
 * `, ` and `: ` as separators, everything beyond printable ASCII escaped, floats as Python writes them (`1.0E21` is
 * `1e+21`), integers of any size as they are. One pass over the bytes, because a parse and a second serialisation of
 * a thousand hits cost more than the search itself.
 *
 * The input is UTF-8 of one valid JSON document without space before a colon, as Elasticsearch sends it.
 */
export class PythonStyleWriter {
  readonly input: Uint8Array;
  #output: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #rewrites: ReadonlyMap<string, MemberRewrite>;
  /** A bit for each length that a name has, quotes included: nearly all members are told apart by it. */
  readonly #nameLengths: number;
  readonly #firstLetters: ReadonlySet<number>;
  #isPlain = true;

  /** @param rewrites by the name of the member; names are short and plain ASCII */
  constructor(input: Uint8Array, rewrites: ReadonlyMap<string, MemberRewrite> = new Map()) {
    this.input = input;
    this.#output = new Uint8Array(input.length + (input.length >> 2) + 64);
    this.#rewrites = rewrites;
    this.#nameLengths = [...rewrites.keys()].reduce((bits, name) => bits | (1 << (name.length + 2)), 0);
    this.#firstLetters = new Set([...rewrites.keys()].map((name) => name.charCodeAt(0)));
  }

  write(): Uint8Array<ArrayBuffer> {
    let position = 0;
    while (position < this.input.length) position = this.token(position);
    return this.#output.subarray(0, this.#length);
  }

  /** Writes the token at `position`; returns the position after it. */
  token(position: number): number {
    const byte = this.input[position] ?? 0;
    if (byte === QUOTE) return this.string(position);
    if (byte === COMMA || byte === COLON) {
      this.#reserve(2);
      this.#output[this.#length++] = byte;
      this.#output[this.#length++] = SPACE;
      return position + 1;
    }
    if (byte <= SPACE) return position + 1;
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#number(position);
    this.#reserve(1);
    this.#output[this.#length++] = byte;
    return position + 1;
  }

  /** Writes ASCII text as it is. */
  text(ascii: string): void {
    this.#reserve(ascii.length);
    for (let index = 0; index < ascii.length; index++) this.#output[this.#length++] = ascii.charCodeAt(index);
  }

  /** Writes the string that starts at `start`, or the member that it names; returns the position after it. */
  string(start: number): number {
    const end = this.#endOfString(start);
    if (this.input[end] === COLON && this.#mayBeRewritten(start, end)) {
      const after = this.#rewrites.get(this.#textOf(start + 1, end - 1))?.(this, start, end + 1);
      if (after !== undefined) return after;
    }
    if (this.#isPlain) this.#copy(start, end);
    else this.text(asciiString(JSON.parse(this.#textOf(start, end))));
    return end;
  }

  /** The value of the string that starts at `start`, and the position after it. */
  readString(start: number): { value: string; end: number } {
    const end = this.#endOfString(start);
    return { value: JSON.parse(this.#textOf(start, end)), end };
  }

  /** Takes back the separator `, ` where it was the last thing that was written. */
  dropSeparator(): void {
    if (this.#output[this.#length - 2] === COMMA && this.#output[this.#length - 1] === SPACE)
      this.#length -= 2;
  }

  #mayBeRewritten(start: number, end: number): boolean {
    const length = end - start;
    if (length > 31 || (this.#nameLengths & (1 << length)) === 0) return false;
    return this.#firstLetters.has(this.input[start + 1] ?? 0);
  }

  /** The position after the string; sets `#isPlain`, as an object for both would be made for every token. */
  #endOfString(start: number): number {
    const input = this.input;
    let end = start + 1;
    let plain = true;
    for (;;) {
      const byte = input[end];
      if (byte === undefined || byte === QUOTE) break;
      if (byte === BACKSLASH) {
        plain = false;
        end++;
      } else if (byte >= 0x7f) {
        plain = false;
      }
      end++;
    }
    this.#isPlain = plain;
    return end + 1;
  }

  #number(start: number): number {
    const input = this.input;
    let end = start;
    let exponent = false;
    let point = false;
    for (;;) {
      const byte = input[end] ?? 0;
      if (byte === 0x45 || byte === 0x65) exponent = true;
      else if (byte === POINT) point = true;
      else if (!((byte >= ZERO && byte <= NINE) || byte === PLUS || byte === MINUS)) break;
      end++;
    }
    if (exponent || (point && !this.#isPythonFloat(start, end)))
      this.text(pythonFloat(Number(this.#textOf(start, end))));
    else if (end - start === 2 && input[start] === MINUS && input[start + 1] === ZERO) this.text('0');
    else this.#copy(start, end);
    return end;
  }

  /** Whether a decimal fraction has the digits that Python would give it. Says no where only a conversion can tell. */
  #isPythonFloat(start: number, end: number): boolean {
    const first = this.input[start];
    const last = this.input[end - 1];
    return end - start <= 16 && first !== ZERO && first !== MINUS && last !== ZERO;
  }

  #copy(start: number, end: number): void {
    this.#reserve(end - start);
    const input = this.input;
    const output = this.#output;
    let length = this.#length;
    if (end - start < 64) {
      // Nearly all tokens are shorter than what makes `set` worth its call.
      for (let index = start; index < end; index++) output[length++] = input[index] ?? 0;
    } else {
      output.set(input.subarray(start, end), length);
      length += end - start;
    }
    this.#length = length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#output.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#output.length * 2));
    grown.set(this.#output.subarray(0, this.#length));
    this.#output = grown;
  }

  #textOf(start: number, end: number): string {
    return Buffer.from(this.input.buffer, this.input.byteOffset + start, end - start).toString('utf8');
  }
}

const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/g;

function asciiString(value: string): string {
  return JSON.stringify(value).replace(
    NOT_PRINTABLE_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
