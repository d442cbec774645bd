import type { HttpProblem } from '../openapi/http-problem.ts';
import { largeJson, ownTurn } from './own-turn.ts';
import { searchLimits } from './request-budget.ts';
import { refuse, tooDeep } from './search-refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const compressed = /(?:^|,)\s*(?:(?:x-)?gzip|deflate|br|zstd|compress)\s*(?:,|$)/i;

/**
 * The JSON of a request body, whatever its Content-Type says: many clients send what `curl -d` sends. A whole number beyond
 * 2^53, or a short one with `.0`, is a raw JSON value, unless the body is large, so that Elasticsearch gets it as it is.
 *
 * @throws {HttpProblem} for a body that is too large, which is not read to its end; that is compressed; that is not JSON
 */
export async function readRequest(request: Request): Promise<unknown> {
  const encoding = request.headers.get('Content-Encoding') ?? '';
  // Some programs write `utf-8` here; Buildhub2 did not look at it.
  if (compressed.test(encoding)) {
    throw refuse(
      `The request body is compressed (Content-Encoding: ${encoding.slice(0, 50)}). Send it uncompressed.`,
    );
  }
  const bytes = await readBytes(request, searchLimits.bodyBytes, () =>
    refuse(`The request body is larger than ${searchLimits.bodyBytes} bytes`, 'limit'),
  );
  const isLarge = bytes.length > largeJson;
  if (isLarge) {
    await ownTurn();
    checkStructure(bytes);
  }
  const body = parseRequest(bytes);
  // Another one for the check and whatever else the caller does with it.
  if (isLarge) await ownTurn();
  return body;
}

/**
 * Refuses a large body by its brackets alone. V8 takes long to make many objects of it, and then again to free them.
 *
 * @throws {HttpProblem} for too many objects and arrays, or too many inside one another
 */
function checkStructure(bytes: Uint8Array): void {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22 /* " */) inString = !inString;
    else if (inString) at += byte === 0x5c /* \ */ ? 1 : 0;
    else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
      depth += 1;
      values += 1;
      if (depth > searchLimits.jsonDepth) throw tooDeep();
      if (values > searchLimits.jsonValues)
        throw refuse(
          `Too many objects and lists in one search: up to ${searchLimits.jsonValues.toLocaleString('en-US')} are allowed`,
          'limit',
        );
    } else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) depth -= 1;
  }
}

/** Also matches digits in a string, which then only costs time. */
const exactNumber = /\d{16}|\d\.0/;

function keepDigits(_: string, value: unknown, { source }: { source: string }): unknown {
  if (typeof value !== 'number') return value;
  // Elasticsearch has no longer ones, and takes long to read them.
  const isLong = /^-?\d{16,19}$/.test(source) && !Number.isSafeInteger(value);
  // The keyword `61.0` is another text than `61`. Java writes longer ones with an exponent. Zero is false in Python.
  return isLong || /^-?[1-9]\d{0,6}\.0+$/.test(source) ? JSON.rawJSON(source) : value;
}

function parseRequest(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw refuse(`The request body is not UTF-8: ${(cause as Error).message}`);
  }
  try {
    // V8 takes ten times longer with a reviver: for a large body that would stall others. Depth is not a danger: V8 parses
    // without recursion, or fails if a reviver runs out of stack, and `checkSearch` limits it before anything else recurses.
    const isRevived = bytes.length <= largeJson && exactNumber.test(text);
    return isRevived ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (cause) {
    throw refuse(`The request body is not JSON: ${(cause as Error).message}`);
  }
}

/** The body of a request, which is not read to its end if it is larger than `most`. */
export async function readBytes(
  request: Request,
  most: number,
  tooLarge: () => HttpProblem,
): Promise<Uint8Array> {
  const announced = Number(request.headers.get('Content-Length') ?? 0);
  if (announced > most) throw tooLarge();
  // The HTTP parser enforces a length that was announced.
  if (announced > 0) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > most) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
