import type { Context } from 'hono';
import { escapeHtml } from '../html/escape-html.ts';
import { notFoundPage } from '../routes/error-pages.ts';
import { chooseEncoding, encodedContent } from './content-encoding.ts';
import { landingPage } from './landing-page.ts';
import { isNotModified } from './not-modified.ts';
import type { StaticFile } from './static-file.ts';

/**
 * Answers every address that nothing else does, by any method: one that looks like a file is not there, any other is
 * a view of the UI, which finds its way by the address itself.
 *
 * @param index the UI's page; without one there is a page for `/` alone, which says what this is
 */
export function pageHandler(index: StaticFile | undefined) {
  return async (c: Context): Promise<Response> => {
    if (hasExtension(c.req.path)) return fileNotFound(c.req.path);
    if (index !== undefined) return sendPage(c, index);
    return c.req.path === '/' ? landingPage() : notFoundPage();
  };
}

async function sendPage(c: Context, page: StaticFile): Promise<Response> {
  const headers = new Headers({
    // Without a charset: the page names its own.
    'Content-Type': 'text/html',
    'Cache-Control': 'max-age=86400, public',
    'Last-Modified': page.modified.toUTCString(),
    Vary: 'Accept-Encoding',
  });
  if (isNotModified(c.req.raw.headers, undefined, page.modified)) {
    headers.delete('Content-Type');
    return new Response(null, { status: 304, headers });
  }
  const encoding = chooseEncoding(page, c.req.header('Accept-Encoding'));
  if (encoding !== undefined) headers.set('Content-Encoding', encoding);
  const content = encoding === undefined ? page.content() : await encodedContent(page, encoding);
  headers.set('Content-Length', String(content.length));
  return new Response(content, { headers });
}

function fileNotFound(path: string): Response {
  return new Response(escapeHtml(decoded(path)), {
    status: 404,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  });
}

/** As Python's `os.path.splitext` sees it: dots in front do not count. */
function hasExtension(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/^\.+/, '');
  return name.includes('.');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
