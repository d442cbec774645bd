import { pythonJson } from '../../schema/json/canonical-json.ts';
import { fromPlain, type JsonValue } from '../../schema/json/json-value.ts';

/**
 * A response with JSON as Buildhub2 wrote it: Python's separators, ASCII only, no charset in the type.
 *
 * @param value ordinary JavaScript values; see `jsonTextResponse` for a document that must not lose digits
 */
export function jsonResponse(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return jsonTextResponse(pythonJson(fromPlain(value)), status, headers);
}

/** The same for a lossless document. */
export function jsonValueResponse(
  value: JsonValue,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return jsonTextResponse(pythonJson(value), status, headers);
}

/** The same for a text or bytes that are in Python's style already. */
export function jsonTextResponse(
  json: string | Uint8Array<ArrayBuffer>,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(json, {
    status,
    headers: { 'Content-Type': 'application/json', 'Content-Length': String(json.length), ...headers },
  });
}
