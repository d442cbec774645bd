import { hash } from 'node:crypto';
import type { Context } from 'hono';
import { isNotModified } from '../static/not-modified.ts';

/**
 * Gives an answer an ETag made of its content, and becomes a 304 where the client has it already.
 *
 * @param content what the tag is made of
 * @param cacheControl for example `no-cache`, which means to ask again each time, and get a 304
 * @param modified when the content last changed, where that is known
 */
export function cacheHeaders(
  c: Context,
  response: Response,
  content: string,
  cacheControl: string,
  modified?: Date,
): Response {
  const etag = `"${hash('sha256', content, 'base64url').slice(0, 22)}"`;
  const headers = {
    ETag: etag,
    'Cache-Control': cacheControl,
    ...(modified && { 'Last-Modified': modified.toUTCString() }),
  };
  // The header has whole seconds, and so has what comes back.
  const seconds = modified ? Math.floor(modified.getTime() / 1000) * 1000 : Number.NaN;
  if (isNotModified(c.req.raw.headers, etag, new Date(seconds))) {
    return new Response(null, { status: 304, headers });
  }
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
