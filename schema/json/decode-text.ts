import { decodeUtf8 } from './decode-utf8.ts';

/** Bytes that are no text in the encoding they appear to be in. */
export class TextDecodingError extends Error {
  override readonly name = 'TextDecodingError';
  /** Offset of the first byte that does not fit, from the start of the file. */
  readonly offset: number;

  constructor(encoding: string, offset: number, bytes: Uint8Array) {
    const byte = bytes[offset];
    const what = byte === undefined ? 'the file ends' : `0x${byte.toString(16).padStart(2, '0')}`;
    super(`Not ${encoding} text: ${what} at byte ${offset} of ${bytes.length}`);
    this.offset = offset;
  }
}

type Encoding = { name: 'UTF-8' | 'UTF-16' | 'UTF-32'; littleEndian: boolean; bomLength: number };

/**
 * Decodes a JSON file as Python's `json.loads(bytes)` does: UTF-8, or UTF-16 and UTF-32 by their byte order mark or,
 * without one, by where the zero bytes of the first character are. Encoded lone surrogates are kept.
 *
 * @throws {TextDecodingError} naming the byte offset; nothing is ever replaced by U+FFFD.
 */
export function decodeJsonText(bytes: Uint8Array): string {
  const { name, littleEndian, bomLength } = detectEncoding(bytes);
  const decoded =
    name === 'UTF-8'
      ? decodeUtf8(bytes, bomLength)
      : name === 'UTF-16'
        ? decodeUtf16(bytes, bomLength, littleEndian)
        : decodeUtf32(bytes, bomLength, littleEndian);
  if (typeof decoded === 'number') throw new TextDecodingError(name, decoded, bytes);
  return decoded;
}

function detectEncoding(bytes: Uint8Array): Encoding {
  const [a, b, c, d] = bytes;
  if (a === 0x00 && b === 0x00 && c === 0xfe && d === 0xff) return utf32(false, 4);
  if (a === 0xff && b === 0xfe && c === 0x00 && d === 0x00) return utf32(true, 4);
  if (a === 0xfe && b === 0xff) return utf16(false, 2);
  if (a === 0xff && b === 0xfe) return utf16(true, 2);
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: 'UTF-8', littleEndian: false, bomLength: 3 };
  if (bytes.length >= 4) {
    if (a === 0) return b === 0 ? utf32(false, 0) : utf16(false, 0);
    if (b === 0) return c === 0 && d === 0 ? utf32(true, 0) : utf16(true, 0);
  } else if (bytes.length === 2) {
    if (a === 0) return utf16(false, 0);
    if (b === 0) return utf16(true, 0);
  }
  return { name: 'UTF-8', littleEndian: false, bomLength: 0 };
}

function utf16(littleEndian: boolean, bomLength: number): Encoding {
  return { name: 'UTF-16', littleEndian, bomLength };
}

function utf32(littleEndian: boolean, bomLength: number): Encoding {
  return { name: 'UTF-32', littleEndian, bomLength };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The text, or the offset of the byte that does not fit. */
function decodeUtf16(bytes: Uint8Array, start: number, littleEndian: boolean): string | number {
  const view = viewOf(bytes);
  const whole = bytes.length - ((bytes.length - start) % 2);
  const units: string[] = [];
  for (let offset = start; offset < whole; offset += 2) {
    units.push(String.fromCharCode(view.getUint16(offset, littleEndian)));
  }
  return whole === bytes.length ? units.join('') : whole;
}

/** The text, or the offset of the byte that does not fit. */
function decodeUtf32(bytes: Uint8Array, start: number, littleEndian: boolean): string | number {
  const view = viewOf(bytes);
  const characters: string[] = [];
  for (let offset = start; offset < bytes.length; offset += 4) {
    if (offset + 4 > bytes.length) return offset;
    const code = view.getUint32(offset, littleEndian);
    if (code > 0x10ffff) return offset;
    characters.push(String.fromCodePoint(code));
  }
  return characters.join('');
}
