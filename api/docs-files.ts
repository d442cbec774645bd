import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { etag } from 'hono/etag';

const folder = new URL('../docs/', import.meta.url);

/**
 * The documentation as files: each page as Markdown (`/docs/tour.md`), its images, and `/llms.txt`
 * (https://llmstxt.org), which lists the pages. The pages for people are the UI's, at `/docs/tour`.
 */
export function docsFiles(): Hono {
  const app = new Hono();
  app.get('/llms.txt', async (c) => {
    const index = await readFile(new URL('README.md', folder), 'utf8');
    return c.text(index.replaceAll(/\]\((?=[\w-]+\.md)/g, '](/docs/'));
  });
  const files = serveStatic({
    root: fileURLToPath(folder),
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
