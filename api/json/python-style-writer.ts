import { pythonFloat } from '../../schema/json/python-float.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DELETE = 0x7f;
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
  #output: Buffer<ArrayBuffer>;
  #length = 0;
  #position = 0;
  readonly #rewrites: ReadonlyMap<string, MemberRewrite>;
  /** A bit for each length that a name has, quotes included: nearly all members are told apart by it. */
  readonly #nameLengths: number;
  readonly #firstLetters: ReadonlySet<number>;

  /** @param rewrites by the name of the member; names are short and plain ASCII */
  constructor(input: Uint8Array, rewrites: ReadonlyMap<string, MemberRewrite> = new Map()) {
    this.input = input;
    // There is always room for what is left as it is; what becomes longer sees to it.
    this.#output = Buffer.allocUnsafeSlow(input.length + (input.length >> 3) + 64);
    this.#rewrites = rewrites;
    this.#nameLengths = [...rewrites.keys()].reduce((bits, name) => bits | (1 << (name.length + 2)), 0);
    this.#firstLetters = new Set([...rewrites.keys()].map((name) => name.charCodeAt(0)));
  }

  write(): Uint8Array<ArrayBuffer> {
    const input = this.input;
    const end = input.length;
    let position = 0;
    while (position < end) {
      this.#position = position;
      const byte = input[position] as number;
      if (byte === QUOTE) {
        position = this.#string(position);
      } else if (byte === COMMA || byte === COLON) {
        this.#makeRoom(2);
        this.#output[this.#length++] = byte;
        this.#output[this.#length++] = SPACE;
        position++;
      } else if (byte <= SPACE) {
        position++;
      } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
        position = this.#number(position);
      } else {
        this.#output[this.#length++] = byte;
        position++;
      }
    }
    return this.#output.subarray(0, this.#length);
  }

  /** Writes ASCII text as it is. */
  text(ascii: string): void {
    this.#makeRoom(ascii.length);
    this.#length += this.#output.write(ascii, this.#length, 'latin1');
  }

  /** Room for so many bytes more, and for what is left of the input as it is. */
  #makeRoom(count: number): void {
    const needed = this.#length + count + this.input.length - this.#position;
    if (needed <= this.#output.length) return;
    const grown = Buffer.allocUnsafeSlow(needed + (needed >> 1));
    this.#output.copy(grown, 0, 0, this.#length);
    this.#output = grown;
  }

  /** The position after the string that starts at `start`. */
  endOfString(start: number): number {
    const input = this.input;
    let end = start + 1;
    for (;;) {
      const byte = input[end];
      if (byte === QUOTE || byte === undefined) return end + 1;
      end += byte === BACKSLASH ? 2 : 1;
    }
  }

  /** Takes back the separator `, ` where it was the last thing that was written. */
  dropSeparator(): void {
    if (this.#output[this.#length - 2] === COMMA && this.#output[this.#length - 1] === SPACE)
      this.#length -= 2;
  }

  /** Writes the string that starts at `start`, or the member that it names; returns the position after it. */
  #string(start: number): number {
    const input = this.input;
    const output = this.#output;
    let length = this.#length;
    let end = start;
    let byte: number | undefined = QUOTE;
    // Copied on the way, in the hope that nothing in it needs care.
    do {
      output[length++] = byte;
      byte = input[++end];
    } while (byte !== undefined && byte !== QUOTE && byte !== BACKSLASH && byte < DELETE);
    if (byte !== QUOTE) {
      const after = this.endOfString(start);
      this.text(asciiString(JSON.parse(this.#textOf(start, after))));
      return after;
    }
    output[length++] = QUOTE;
    end++;
    if (input[end] === COLON && this.#mayBeRewritten(start, end)) {
      const after = this.#rewriteOf(start + 1, end - 1)?.(this, start, end + 1);
      if (after !== undefined) return after;
    }
    this.#length = length;
    return end;
  }

  /** By its bytes: a text of each name that may be one would be half of what a hit costs in garbage. */
  #rewriteOf(start: number, end: number): MemberRewrite | undefined {
    for (const [name, rewrite] of this.#rewrites) if (this.#isText(name, start, end)) return rewrite;
    return undefined;
  }

  #isText(ascii: string, start: number, end: number): boolean {
    if (ascii.length !== end - start) return false;
    for (let index = 0; index < ascii.length; index++)
      if (this.input[start + index] !== ascii.charCodeAt(index)) return false;
    return true;
  }

  #mayBeRewritten(start: number, end: number): boolean {
    const length = end - start;
    if (length > 31 || (this.#nameLengths & (1 << length)) === 0) return false;
    return this.#firstLetters.has(this.input[start + 1] ?? 0);
  }

  #number(start: number): number {
    const input = this.input;
    let end = start;
    let exponent = false;
    let point = 0;
    for (;;) {
      const byte = input[end] ?? 0;
      if (byte === 0x45 || byte === 0x65) exponent = true;
      else if (byte === POINT) point = end;
      else if (!((byte >= ZERO && byte <= NINE) || byte === PLUS || byte === MINUS)) break;
      end++;
    }
    if (exponent || (point > 0 && !this.#isPythonFloat(start, point, end))) {
      this.text(pythonFloat(Number(this.#textOf(start, end))));
    } else if (end - start === 2 && input[start] === MINUS && input[start + 1] === ZERO) {
      this.text('0');
    } else {
      for (let index = start; index < end; index++) this.#output[this.#length++] = input[index] as number;
    }
    return end;
  }

  /** Whether a decimal fraction has the digits that Python would give it. Says no where only a conversion can tell. */
  #isPythonFloat(start: number, point: number, end: number): boolean {
    const input = this.input;
    if (end - start > 16) return false;
    // `1.50` is 1.5 in Python, and `0.00001` is 1e-05.
    const endsAsPython = input[end - 1] !== ZERO || point === end - 2;
    return endsAsPython && (input[start] !== ZERO || input[point + 1] !== ZERO || end - start === 3);
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
