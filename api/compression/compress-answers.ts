import { compress } from 'hono/compress';

/**
 * Compresses answers, for clients that ask for it, by gzip or deflate. A stream stays one, and one that breaks off breaks
 * off compressed too. The level is that of `CompressionStream`, 6.
 *
 * Only for addresses that Buildhub2 did not have: it compressed no answer of its API, and clients get what they got.
 */
export const compressAnswers = compress({ contentTypeFilter: /^text\/|\b(json|ndjson|xml)\b/ });
