export const jsonType = { 'Content-Type': 'application/json' } as const;

/**
 * A response with JSON as clients of Buildhub2 got it: no charset in the type. Numbers of a value that `parseLossless` read
 * are written as they were.
 */
export function jsonResponse(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { ...jsonType, ...headers } });
}
