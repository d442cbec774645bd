import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { createOfflineApp } from '../testing/offline-app.ts';

const root = mkdtempSync(join(tmpdir(), 'buildhub-ui-'));
afterAll(() => rmSync(root, { recursive: true }));
const html = `<!doctype html><title>Buildhub</title>${'<p>text</p>'.repeat(200)}`;
const script = `console.log(1);${'// long\n'.repeat(300)}`;
const modified = new Date('2026-01-02T03:04:05Z');
mkdirSync(join(root, 'assets'));
for (const [name, content] of Object.entries({
  'index.html': html,
  'foo.js': script,
  'main.8741ee2b.js': script,
  'assets/index-DiwrgTda.js': script,
  'image.png': 'png',
  'ü ö.txt': 'text',
})) {
  writeFileSync(join(root, name), content);
  utimesSync(join(root, name), modified, modified);
}

const app = createOfflineApp({ staticRoot: root });
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { method, headers });

describe('the page', () => {
  it.each([
    '/',
    '/some/path/react/router/maybe',
    '/a.b/c',
    '/api/',
    '/api/search/',
    '/api/nothing/17',
    '/.hidden',
  ])('is at %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('text/html');
    expect(response.headers.get('Cache-Control')).toBe('max-age=86400, public');
    expect(response.headers.get('Last-Modified')).toBe(modified.toUTCString());
    expect(await response.text()).toBe(html);
  });

  it('is sent for any method', async () => {
    expect(await (await get('/', {}, 'DELETE')).text()).toBe(html);
  });

  it('is not sent again', async () => {
    const same = await get('/', { 'If-Modified-Since': modified.toUTCString() });
    expect(same.status).toBe(304);
    expect(await same.text()).toBe('');
    expect(same.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
    const older = await get('/', { 'If-Modified-Since': new Date(modified.getTime() - 1000).toUTCString() });
    expect(older.status).toBe(200);
  });

  it('is compressed', async () => {
    const response = await get('/', { 'Accept-Encoding': 'gzip, br' });
    expect(response.headers.get('Content-Encoding')).toBe('br');
    expect(brotliDecompressSync(await response.bytes()).toString()).toBe(html);
  });
});

describe('a file', () => {
  it.each([
    ['/foo.js', 'text/javascript; charset="utf-8"', 'max-age=60, public'],
    ['/index.html', 'text/html; charset="utf-8"', 'max-age=60, public'],
    ['/image.png', 'image/png', 'max-age=60, public'],
    ['/main.8741ee2b.js', 'text/javascript; charset="utf-8"', 'max-age=315360000, public, immutable'],
    ['/assets/index-DiwrgTda.js', 'text/javascript; charset="utf-8"', 'max-age=315360000, public, immutable'],
    ['/%C3%BC%20%C3%B6.txt', 'text/plain; charset="utf-8"', 'max-age=60, public'],
  ])('%s is %s, kept for %s', async (path, type, cache) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(response.headers.get('Cache-Control')).toBe(cache);
    expect(response.headers.get('X-Response-Time')).toBeNull();
    expect(response.headers.get('X-Frame-Options')).toBe('SAMEORIGIN');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'self'");
  });

  it('has a tag of its time and size, and is not sent again', async () => {
    const tag = `"${(modified.getTime() / 1000).toString(16)}-${script.length.toString(16)}"`;
    const response = await get('/foo.js');
    expect(response.headers.get('ETag')).toBe(tag);
    expect((await get('/foo.js', { 'If-None-Match': tag })).status).toBe(304);
    expect((await get('/foo.js', { 'If-None-Match': `"x", W/${tag}` })).status).toBe(304);
    expect((await get('/foo.js', { 'If-Modified-Since': modified.toUTCString() })).status).toBe(304);
    // The tag decides where both are given.
    const both = { 'If-None-Match': '"x"', 'If-Modified-Since': modified.toUTCString() };
    expect((await get('/foo.js', both)).status).toBe(200);
  });

  it('is compressed if it is text, long enough and wanted', async () => {
    const gzip = await get('/foo.js', { 'Accept-Encoding': 'gzip;q=0.8, br;q=0' });
    expect(gzip.headers.get('Content-Encoding')).toBe('gzip');
    expect(gzip.headers.get('Vary')).toBe('Accept-Encoding');
    expect(gzip.headers.get('ETag')).toMatch(/-gzip"$/);
    expect(gunzipSync(await gzip.bytes()).toString()).toBe(script);
    expect((await get('/foo.js')).headers.get('Content-Encoding')).toBeNull();
    expect((await get('/image.png', { 'Accept-Encoding': 'br' })).headers.get('Content-Encoding')).toBeNull();
  });

  it('is sent in parts', async () => {
    const part = await get('/foo.js', { Range: 'bytes=0-10', 'Accept-Encoding': 'br' });
    expect(part.status).toBe(206);
    expect(part.headers.get('Content-Range')).toBe(`bytes 0-10/${script.length}`);
    expect(await part.text()).toBe(script.slice(0, 11));
    expect((await get('/foo.js', { Range: 'bytes=99999-' })).status).toBe(416);
    expect((await get('/foo.js', { Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
  });

  it('has a head', async () => {
    const head = await get('/foo.js', {}, 'HEAD');
    expect(head.headers.get('Content-Length')).toBe(String(script.length));
    expect(await head.text()).toBe('');
  });

  it('is only read', async () => {
    const response = await get('/foo.js', {}, 'POST');
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD');
  });
});

describe('what is not there', () => {
  it.each([
    ['/robots.txt', '/robots.txt'],
    ['/foo.', '/foo.'],
    ['/%3Cscript%3Ealert(1)%3C/script%3E.png', '/&lt;script&gt;alert(1)&lt;/script&gt;.png'],
    ['/%22%27%26.png', '/&quot;&#39;&amp;.png'],
    ['/%ff.png', '/%ff.png'],
    ['/..%2f..%2fetc%2fpasswd.txt', '/../../etc/passwd.txt'],
  ])('%s is a 404 that shows its path as text', async (path, shown) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toBe(shown);
  });
});

describe('without a UI', () => {
  const bare = createOfflineApp();

  it('says what this is and where the API is', async () => {
    const response = await bare.request('/');
    expect(response.status).toBe(200);
    const text = await response.text();
    for (const address of [
      '/api/search',
      '/api/records',
      '/api/docs',
      '/__heartbeat__',
      '/contribute.json',
      '/metrics',
    ])
      expect(text).toContain(`href="${address}"`);
  });

  it('has nothing else', async () => {
    const response = await bare.request('/foo');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<h1>Not Found</h1>');
  });
});
