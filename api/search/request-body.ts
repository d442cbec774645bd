import { JsonSyntaxError } from '../../schema/json/json-syntax-error.ts';
import type { JsonValue } from '../../schema/json/json-value.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { limits } from './allow-list/limits.ts';
import { refuse } from './search-refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body larger than `limits.bodyBytes`. Django refused it before the view saw it, so its answer is a page. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The JSON of a request, whatever its Content-Type says: many clients send what `curl -d` sends.
 *
 * @throws {BodyTooLargeError} see `readBodyText`
 * @throws {SearchRefusal} see `readBodyText` and `parseBody`
 */
export async function readJsonBody(request: Request): Promise<JsonValue> {
  return parseBody(await readBodyText(request));
}

/**
 * The body of a request as text.
 *
 * @throws {BodyTooLargeError} without reading what is beyond the limit
 * @throws {SearchRefusal} for what is compressed or no UTF-8
 */
export async function readBodyText(request: Request): Promise<string> {
  const encoding = request.headers.get('Content-Encoding')?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') {
    throw refuse(
      `The body of the request is compressed (Content-Encoding: ${encoding.slice(0, 50)}); send it as it is`,
    );
  }
  return decode(await readBytes(request));
}

/** @throws {SearchRefusal} for what is no JSON, with the message of Python's parser */
export function parseBody(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw refuse(error.message);
    throw error;
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refuse('The body of the request is not UTF-8 text');
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const announced = Number(request.headers.get('Content-Length') ?? 0);
  if (announced > limits.bodyBytes) throw new BodyTooLargeError();
  // A length that was announced is enforced by the HTTP parser, so the fast path is safe.
  if (announced > 0) return new Uint8Array(await request.arrayBuffer());
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.length;
    if (length > limits.bodyBytes) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
