const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8 from `start` on, keeping surrogates that were encoded as if they were characters (three bytes each),
 * as Python's `surrogatepass` does and TextDecoder cannot. Two such halves in a row become one character here, where
 * Python keeps two: JavaScript's strings cannot tell them apart, and their JSON escapes are the same.
 *
 * @returns the text, or the offset of the first byte that does not fit.
 */
export function decodeUtf8(bytes: Uint8Array, start: number): string | number {
  const body = start === 0 ? bytes : bytes.subarray(start);
  try {
    return STRICT.decode(body);
  } catch {
    // Slow, but only for files that are broken or hold surrogates.
    return decodeByHand(bytes, start);
  }
}

function decodeByHand(bytes: Uint8Array, start: number): string | number {
  const characters: string[] = [];
  let offset = start;
  while (offset < bytes.length) {
    const lead = bytes[offset] ?? 0;
    const length = sequenceLength(lead);
    if (length === 0) return offset;
    let code = length === 1 ? lead : lead & (0x7f >> length);
    for (let index = 1; index < length; index++) {
      const byte = bytes[offset + index];
      if (byte === undefined || (byte & 0xc0) !== 0x80) return offset;
      code = (code << 6) | (byte & 0x3f);
    }
    // Longer than needed (E0 80 80 for U+0000), or beyond Unicode.
    if ((length === 3 && code < 0x800) || (length === 4 && (code < 0x10000 || code > 0x10ffff)))
      return offset;
    characters.push(String.fromCodePoint(code));
    offset += length;
  }
  return characters.join('');
}

function sequenceLength(lead: number): 0 | 1 | 2 | 3 | 4 {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0; // a continuation byte, or an overlong two-byte form
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  if (lead < 0xf5) return 4;
  return 0;
}
