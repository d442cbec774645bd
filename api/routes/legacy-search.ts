import type { Context } from 'hono';

/** Where the first Buildhub, a Kinto server, was searched; whatever follows counts as part of it. */
export const legacySearchPath = '/v1/buckets/build-hub/collections/:rest{releases/search.*}';

/**
 * The address of the first Buildhub. Buildhub2 redirected it to `/api/search` with a 301, upon which most programs
 * turn a POST into a GET and lose its body. So everything but GET and HEAD, which have no body to lose, is answered
 * right here.
 *
 * @param search the handler of `/api/search`
 */
export function legacySearchHandler(search: (c: Context) => Promise<Response>) {
  return async (c: Context): Promise<Response> => {
    if (c.req.raw.method !== 'GET' && c.req.raw.method !== 'HEAD') return search(c);
    return new Response('', {
      status: 301,
      headers: { Location: '/api/search', 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': '0' },
    });
  };
}
