import { describe, expect, it } from 'vitest';
import { createOfflineApp } from './testing/offline-app.ts';

const app = createOfflineApp();
const headersOf = async (path: string, init?: RequestInit) => (await app.request(path, init)).headers;
const csp =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; worker-src 'none'; frame-src 'none'; block-all-mixed-content";

describe('headers', () => {
  it.each(['/', '/api/records', '/contribute.json', '/nothing.png', '/nothing'])(
    'of %s are safe',
    async (path) => {
      const headers = await headersOf(path);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('X-XSS-Protection')).toBe('1; mode=block');
      expect(headers.get('X-Frame-Options')).toBe('SAMEORIGIN');
      expect(headers.get('X-Response-Time')).toMatch(/^\d+$/);
      expect(headers.get('Strict-Transport-Security')).toBeNull();
    },
  );

  it('ask for HTTPS behind a proxy that speaks it', async () => {
    const headers = await headersOf('/api/records', { headers: { 'X-Forwarded-Proto': 'https' } });
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000; includeSubDomains; preload');
  });

  it('of pages say what a page may load, with the address for reports', async () => {
    for (const path of ['/', '/contribute.json', '/nothing.png'])
      expect((await headersOf(path)).get('Content-Security-Policy')).toBe(csp);
    expect((await headersOf('/api/records')).get('Content-Security-Policy')).toBeNull();
    const reporting = createOfflineApp({ cspReportUri: 'https://example.org/r' });
    const { headers } = await reporting.request('/');
    expect(headers.get('Content-Security-Policy')).toBe(`${csp}; report-uri https://example.org/r`);
  });

  it('of dockerflow are none of these', async () => {
    for (const path of ['/__lbheartbeat__', '/__version__/', '/__heartbeat__']) {
      const headers = await headersOf(path, { headers: { 'X-Forwarded-Proto': 'https' } });
      for (const name of [
        'X-Content-Type-Options',
        'X-Frame-Options',
        'X-Response-Time',
        'Strict-Transport-Security',
      ])
        expect(headers.get(name)).toBeNull();
    }
  });
});

describe('cross-origin requests', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { Origin: 'https://example.org', 'Access-Control-Request-Method': 'POST' },
  };

  it.each(['/api/search', '/api/records', '/api/records/1', '/api/latest', '/api/export', '/api/feed.atom'])(
    'are allowed from everywhere for %s',
    async (path) => {
      const { status, headers } = await app.request(path, preflight);
      expect(status).toBe(200);
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(headers.get('Access-Control-Allow-Methods')).toContain('POST');
      expect(headers.get('Access-Control-Allow-Headers')).toContain('content-type');
      expect(headers.get('Access-Control-Max-Age')).toBe('86400');
    },
  );

  it.each([
    '/api/operations/state',
    '/api/operations/actions',
    '/api/ingestions',
    '/api/messages/unreadable',
    '/api/not-yet-known',
    '/api/%6fperations/actions',
  ])('are not allowed for %s, which is about people and failures', async (path) => {
    const headers = { Origin: 'https://example.org' };
    expect((await headersOf(path, { headers })).get('Access-Control-Allow-Origin')).toBeNull();
    expect((await headersOf(path, preflight)).get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('leave an OPTIONS request that is not a preflight to its route', async () => {
    const response = await app.request('/api/records', { method: 'OPTIONS' });
    expect(await response.json()).toEqual({ builds: { total: 17 } });
  });

  it.each(['/api/search', '/api/records'])('do not compress %s, as Buildhub2 did not', async (path) => {
    const headers = await headersOf(path, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(headers.get('Content-Encoding')).toBeNull();
  });

  it('get the header only if they say where they come from', async () => {
    const without = await headersOf('/api/records');
    expect(without.get('Access-Control-Allow-Origin')).toBeNull();
    expect(without.get('Vary')).toBe('Origin');
    const from = await headersOf('/api/records', { headers: { Origin: 'https://example.org' } });
    expect(from.get('Vary')).toBe('Origin');
    expect(from.get('Access-Control-Allow-Origin')).toBe('*');
  });

  it('are none for pages', async () => {
    const response = await app.request('/', preflight);
    expect(response.headers.get('Access-Control-Allow-Methods')).toBeNull();
  });
});

describe('hosts', () => {
  const strict = createOfflineApp({ allowedHosts: ['buildhub.moz.tools', '.example.org'] });
  const ask = (host: string, path = '/contribute.json') =>
    strict.request(`http://${host}${path}`, { headers: { Host: host } });

  it.each(['buildhub.moz.tools', 'BUILDHUB.moz.tools:8000', 'example.org', 'a.example.org'])(
    'answers for %s',
    async (host) => {
      expect((await ask(host)).status).toBe(200);
    },
  );

  it.each(['evil.example', 'buildhub.moz.tools.evil.example', 'notexample.org'])(
    'not for %s',
    async (host) => {
      const response = await ask(host);
      expect(response.status).toBe(400);
      expect(await response.text()).toBe('<h1>Bad Request (400)</h1>');
      expect(response.headers.get('Content-Type')).toBe('text/html');
    },
  );

  it.each([{ allowedHosts: ['*'] }, { allowedHosts: ['buildhub.moz.tools', '*'] }, { allowedHosts: [] }])(
    'answers for any with %j',
    async (settings) => {
      const open = createOfflineApp(settings);
      const response = await open.request('http://any.example/contribute.json', {
        headers: { Host: 'any.example' },
      });
      expect(response.status).toBe(200);
    },
  );

  it('refuses what a page that rebound its name to this address asks for', async () => {
    for (const path of ['/', '/api/search', '/api/operations/state', '/api/operations/backfill/start']) {
      const headers = { Host: 'rebound.example:8000', Origin: 'http://rebound.example:8000' };
      const init = { method: 'POST', headers: { ...headers, Authorization: 'Bearer any' } };
      expect((await strict.request(`http://localhost:8000${path}`, init)).status).toBe(400);
    }
  });

  it('but lets load balancers ask by address', async () => {
    expect((await ask('10.0.0.1', '/__lbheartbeat__')).status).toBe(200);
  });
});
