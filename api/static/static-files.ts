import type { Context, MiddlewareHandler } from 'hono';
import { readByteRange } from './byte-range.ts';
import { chooseEncoding, type Encoding, encodedContent } from './content-encoding.ts';
import { isNotModified } from './not-modified.ts';
import type { StaticFile } from './static-file.ts';

/** Serves the files of the built UI under their own addresses, as WhiteNoise does, and compressed. */
export function staticFiles(files: ReadonlyMap<string, StaticFile>): MiddlewareHandler {
  return async (c, next) => {
    const file = files.get(decoded(c.req.path));
    if (file === undefined) return next();
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      return new Response('', { status: 405, headers: { Allow: 'GET, HEAD', 'Content-Type': 'text/html' } });
    }
    return serve(c, file);
  };
}

async function serve(c: Context, file: StaticFile): Promise<Response> {
  const asked = c.req.header('Range');
  const encoding = asked === undefined ? chooseEncoding(file, c.req.header('Accept-Encoding')) : undefined;
  const headers = new Headers({
    'Content-Type': file.contentType,
    'Cache-Control': file.cacheControl,
    'Last-Modified': file.modified.toUTCString(),
    ETag: file.etag(encoding),
    'Accept-Ranges': 'bytes',
  });
  if (file.isText) headers.set('Vary', 'Accept-Encoding');
  if (isNotModified(c.req.raw.headers, file.etag(encoding), file.modified)) {
    headers.delete('Content-Type');
    return new Response(null, { status: 304, headers });
  }
  if (encoding !== undefined) return sendEncoded(file, encoding, headers);
  const range = isSameVersion(c, file) ? readByteRange(asked, file.size) : undefined;
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${file.size}`);
    return new Response('', { status: 416, headers });
  }
  if (range === undefined) return send(file.content(), 200, headers);
  headers.set('Content-Range', `bytes ${range.first}-${range.last}/${file.size}`);
  return send(file.content().subarray(range.first, range.last + 1), 206, headers);
}

async function sendEncoded(file: StaticFile, encoding: Encoding, headers: Headers): Promise<Response> {
  headers.set('Content-Encoding', encoding);
  return send(await encodedContent(file, encoding), 200, headers);
}

function send(content: Buffer<ArrayBuffer>, status: number, headers: Headers): Response {
  headers.set('Content-Length', String(content.length));
  return new Response(content, { status, headers });
}

/** A client that has a part may ask for another part only if the file is still the same. */
function isSameVersion(c: Context, file: StaticFile): boolean {
  const condition = c.req.header('If-Range');
  return condition === undefined || condition === file.etag() || condition === file.modified.toUTCString();
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
