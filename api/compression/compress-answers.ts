import type { MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';

/** Buildhub2 compressed no answer of its API, and its clients get from these paths what they got from it. */
const contractPaths = new Set(['/api/search', '/api/records']);

const compressing = compress({ contentTypeFilter: /^text\/|\b(json|ndjson|xml)\b/ });

/**
 * Compresses answers of the API that Buildhub2 did not have, for clients that ask for it, by gzip or deflate. A stream
 * stays one, and one that breaks off breaks off compressed too. The level is that of `CompressionStream`, 6.
 */
export const compressAnswers: MiddlewareHandler = (c, next) =>
  contractPaths.has(c.req.path) ? next() : compressing(c, next);
