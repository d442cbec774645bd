/** A response with JSON as clients of Buildhub2 got it: no charset in the type. */
export function jsonResponse(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return jsonTextResponse(JSON.stringify(value), status, headers);
}

/** The same for a text that is JSON already. */
export function jsonTextResponse(json: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(json, { status, headers: { 'Content-Type': 'application/json', ...headers } });
}
