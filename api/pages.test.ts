import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { createOfflineApp } from './testing/offline-app.ts';

const root = mkdtempSync(join(tmpdir(), 'buildhub-ui-'));
afterAll(() => rmSync(root, { recursive: true }));
const html = `<!doctype html><title>Buildhub</title>${'<p>text</p>'.repeat(200)}`;
const script = `console.log(1);${'// long\n'.repeat(300)}`;
mkdirSync(join(root, 'assets'));
for (const [name, content] of Object.entries({
  'index.html': html,
  'index.html.br': brotliCompressSync(html),
  'foo.js': script,
  'assets/main.8741ee2b.js': script,
  'assets/main.8741ee2b.js.br': brotliCompressSync(script),
  'image.png': 'png',
}))
  writeFileSync(join(root, name), content);

const app = createOfflineApp({}, { staticRoot: root });
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { method, headers });

describe('the page', () => {
  it.each(['/', '/some/path/react/router/maybe', '/a.b/c', '/.hidden', '/api/docs', '/api/', '/api/search/'])(
    'is at %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
      // Its scripts change with each release.
      expect(response.headers.get('Cache-Control')).toBe('no-cache');
      expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
      expect(await response.text()).toBe(html);
    },
  );

  it.each(['POST', 'PUT', 'DELETE'])('is there for %s too, as in Buildhub2', async (method) => {
    const response = await get('/builds/17', {}, method);
    expect([response.status, await response.text()]).toEqual([200, html]);
  });

  it('is sent again only if it has changed', async () => {
    const etag = (await get('/')).headers.get('ETag') ?? '';
    const same = await get('/', { 'If-None-Match': etag });
    expect(same.status).toBe(304);
    expect(await same.text()).toBe('');
    expect((await get('/', { 'If-None-Match': '"x"' })).status).toBe(200);
    const date = (await get('/')).headers.get('Last-Modified') ?? '';
    const [asked, ...others] = await Promise.all([
      get('/', { 'If-Modified-Since': date }),
      get('/', { 'If-Modified-Since': new Date(0).toUTCString() }),
      get('/', { 'If-Modified-Since': date, 'If-None-Match': '"x"' }),
    ]);
    expect([asked.status, await asked.text(), asked.headers.get('Content-Length')]).toEqual([304, '', null]);
    expect(others.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a file', () => {
  it.each([
    ['/foo.js', 'text/javascript', 'max-age=60, public'],
    ['/index.html', 'text/html', 'no-cache'],
    ['/image.png', 'image/png', 'max-age=60, public'],
    ['/assets/main.8741ee2b.js', 'text/javascript', 'max-age=315360000, public, immutable'],
  ])('%s is %s, cached for %s', async (path, type, cache) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toContain(type);
    expect(response.headers.get('Cache-Control')).toBe(cache);
  });

  it.each([
    ['/', html],
    ['/assets/main.8741ee2b.js', script],
  ])('%s is compressed if the build compressed it and the client asks for it', async (path, content) => {
    const compressed = await get(path, { 'Accept-Encoding': 'gzip, deflate, br' });
    expect(compressed.headers.get('Content-Encoding')).toBe('br');
    expect(compressed.headers.get('Vary')).toContain('Accept-Encoding');
    expect(brotliDecompressSync(await compressed.bytes()).toString()).toBe(content);
    const plain = await get(path);
    expect(plain.headers.get('Content-Encoding')).toBeNull();
    expect(plain.headers.get('Vary')).toContain('Accept-Encoding');
  });
});

describe('an unknown address', () => {
  it.each([
    ['/robots.txt', '/robots.txt'],
    ['/%3Cscript%3Ealert(1)%3C/script%3E.png', '/&lt;script&gt;alert(1)&lt;/script&gt;.png'],
    ['/%ff.png', '/%ff.png'],
    ['/..%2f..%2fetc%2fpasswd.txt', '/../../etc/passwd.txt'],
  ])('%s is a 404 that shows its path as text', async (path, shown) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toBe(shown);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
    'of the API is a 404 as JSON for %s',
    async (method) => {
      const preflight = { Origin: 'https://example.org', 'Access-Control-Request-Method': 'POST' };
      for (const path of ['/api', '/api/nothing', '/api/nothing/17', '/api/nothing.json', '/api//']) {
        const response = await get(path, preflight, method);
        expect(response.status).toBe(404);
        expect(response.headers.get('Content-Type')).toBe('application/json');
        const text = await response.text();
        if (method !== 'HEAD') expect(JSON.parse(text)).toEqual({ error: expect.stringContaining(path) });
      }
    },
  );
});
