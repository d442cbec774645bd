import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { escapeUTF8 } from 'entities';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { etag } from 'hono/etag';
import { jsonResponse } from './json-response.ts';

/** Names that change with the content of the file: eight hexadecimal digits, as `ui/vite.config.ts` has them. */
const hashed = /\b[a-f0-9]{8}\b/;

/**
 * The files of the built UI under their own addresses.
 *
 * @param root need not exist
 */
export function staticFiles(root: string): MiddlewareHandler {
  if (!existsSync(root)) return (_, next) => next();
  const files = new Hono().use(etag()).get('*', serveStatic({ root, precompressed: true }));
  return async (c, next) => {
    const { path } = c.req;
    // `/` is a page like any other that the UI shows.
    if (path === '/') return next();
    const response = await files.request(c.req.raw);
    if (response.status === 404) return next();
    const isPage = path.endsWith('.html');
    return cached(
      c.req.raw,
      response,
      isPage ? 'no-cache' : hashed.test(path) ? immutable : 'max-age=60, public',
    );
  };
}

const immutable = 'max-age=315360000, public, immutable';

/**
 * The page of the UI, for every address without another handler: the UI routes by the address. Without a built UI,
 * `/` says what this is.
 */
export function uiPage(root: string): MiddlewareHandler {
  if (!existsSync(join(root, 'index.html')))
    return async (c, next) => (c.req.path === '/' ? landingPage() : next());
  const page = new Hono()
    .use(etag())
    .get('*', serveStatic({ root, path: 'index.html', precompressed: true }));
  return async (c, next) => {
    const { path } = c.req;
    const isPage = !isOfApi(path) && (pagesOfApi.test(path) || !hasExtension(path));
    // Its scripts change with each release.
    if (!isPage) return next();
    // Whatever the method is, as in Buildhub2.
    const method = c.req.method === 'HEAD' ? 'HEAD' : 'GET';
    const request = new Request(c.req.url, { method, headers: c.req.raw.headers });
    return cached(request, await page.request(request), 'no-cache');
  };
}

/**
 * How long a response may be kept; which one a client gets depends on the encodings that it takes. A client without an ETag
 * can also ask by date, which Hono leaves out.
 */
function cached({ headers: asked }: Request, response: Response, cacheControl: string): Response {
  const { headers, body, status } = response;
  headers.set('Cache-Control', cacheControl);
  headers.set('Vary', 'Accept-Encoding');
  const modified = Date.parse(headers.get('Last-Modified') ?? '');
  const since = Date.parse(asked.get('If-Modified-Since') ?? '');
  if (status !== 200 || asked.has('If-None-Match') || !(modified <= since)) return response;
  void body?.cancel();
  headers.delete('Content-Length');
  return new Response(null, { status: 304, headers });
}

/** The reference, and what has always been a page, as in Buildhub2. */
const pagesOfApi = /^\/api\/(docs|search\/)?$/;

const isOfApi = (path: string) => /^\/api(\/|$)/.test(path) && !pagesOfApi.test(path);

/** As Python's `os.path.splitext` has it: dots in front do not count. */
function hasExtension(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/^\.+/, '');
  return name.includes('.');
}

/** An address that does not exist: JSON for `/api` and below; elsewhere Buildhub2's responses, which show a missing file's path. */
export function notFound(c: Context): Response {
  const { path } = c.req;
  if (isOfApi(path))
    return jsonResponse({ error: `There is no ${path}. See /api/docs for all endpoints.` }, 404);
  if (!hasExtension(path))
    return htmlPage(404, '<h1>Not Found</h1><p>The requested resource was not found on this server.</p>');
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  return new Response(escapeUTF8(tryDecodeURI(path)), { status: 404, headers });
}

function tryDecodeURI(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** One of Django's error pages, which clients of Buildhub2 know. */
export function htmlPage(status: number, html: string): Response {
  return new Response(html, { status, headers: { 'Content-Type': 'text/html' } });
}

const landingHtml = readFileSync(new URL('landing-page.html', import.meta.url), 'utf8');

function landingPage(): Response {
  return new Response(landingHtml, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
  });
}

const docsFolder = new URL('../docs/', import.meta.url);

/**
 * The documentation as files: each page as Markdown (`/docs/tour.md`), its images, and `/llms.txt`
 * (https://llmstxt.org), which lists the pages. The pages for people are the UI's, at `/docs/tour`.
 */
export function docsFiles(): Hono {
  const app = new Hono();
  app.get('/llms.txt', async (c) => {
    const index = await readFile(new URL('README.md', docsFolder), 'utf8');
    return c.text(index.replaceAll(/\]\((?=[\w-]+\.md)/g, '](/docs/'));
  });
  const files = serveStatic({
    root: fileURLToPath(docsFolder),
    rewriteRequestPath: (path) => path.slice('/docs'.length),
  });
  // The folder also holds tests and generators.
  for (const path of ['/docs/:page{[\\w-]+\\.md}', '/docs/images/:image{[\\w-]+\\.png}'])
    app.get(path, etag(), async (c, next) => {
      const response = await files(c, async () => undefined);
      if (!response) return next();
      if (c.req.path.endsWith('.md')) response.headers.set('Content-Type', 'text/markdown; charset=utf-8');
      response.headers.set('Cache-Control', 'no-cache');
      return response;
    });
  return app;
}
