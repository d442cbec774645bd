import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson, pythonJson } from './canonical-json.ts';
import { decodeJsonText, TextDecodingError } from './decode-text.ts';
import { JsonSyntaxError } from './json-syntax-error.ts';
import { parseJson } from './parse-json.ts';
import { pythonRepr } from './python-repr.ts';

// Both files were written by CPython's own json module, from texts chosen by hand and from mutated documents.
const texts = readVectors<
  { text: string } & ({ error: string } | { canonical: string; plain: string; repr: string })
>('python-json.vectors.jsonl');
const bytes = readVectors<{ bytes: string } & ({ text: string } | { offset: number; encoding: string })>(
  'python-decode.vectors.jsonl',
);

function readVectors<T>(name: string): T[] {
  const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

/** What our reader makes of a text, in the shape of a vector, so that all differences show at once. */
function readAsPython(text: string): unknown {
  try {
    const value = parseJson(text);
    return { text, canonical: canonicalJson(value), plain: pythonJson(value), repr: pythonRepr(value) };
  } catch (error) {
    return error instanceof JsonSyntaxError ? { text, error: error.message } : { text, crash: String(error) };
  }
}

function decodeAsPython(hex: string): unknown {
  try {
    return { bytes: hex, text: decodeJsonText(Buffer.from(hex, 'hex')) };
  } catch (error) {
    return error instanceof TextDecodingError
      ? { bytes: hex, offset: error.offset }
      : { bytes: hex, crash: String(error) };
  }
}

describe('JSON as CPython reads and writes it', () => {
  it('accepts, prints and refuses each text with the same words', () => {
    expect(texts.length).toBeGreaterThan(800);
    expect(texts.map(({ text }) => readAsPython(text))).toEqual(texts);
  });
});

describe('bytes as CPython decodes them', () => {
  it('gives the same text, or names the byte that Python stumbles over', () => {
    expect(bytes.length).toBeGreaterThan(700);
    const expected = bytes.map((vector) =>
      'text' in vector ? vector : { bytes: vector.bytes, offset: vector.offset },
    );
    expect(bytes.map((vector) => decodeAsPython(vector.bytes))).toEqual(expected);
  });

  it('says which byte is wrong, and in what encoding', () => {
    expect(() => decodeJsonText(Buffer.from('1f8b0800', 'hex'))).toThrow(
      'Not UTF-8 text: 0x8b at byte 1 of 4',
    );
    expect(() => decodeJsonText(Buffer.from('fffe7b', 'hex'))).toThrow(
      'Not UTF-16 text: 0x7b at byte 2 of 3',
    );
  });
});
