import { describe, expect, it } from 'vitest';
import { createOfflineApp } from './testing/offline-app.ts';

const app = createOfflineApp();
const headersOf = async (path: string, init?: RequestInit) => (await app.request(path, init)).headers;

/* The differential test compares every header with those that Buildhub2 sent. */
it('pages report what breaks the policy to the address that is set', async () => {
  const reporting = createOfflineApp({ CSP_REPORT_URI: 'https://example.org/r' });
  const { headers } = await reporting.request('/');
  expect(headers.get('Content-Security-Policy')).toMatch(/; report-uri https:\/\/example\.org\/r$/);
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
      const exposed = (await headersOf(path, { headers: preflight.headers })).get(
        'Access-Control-Expose-Headers',
      );
      const isOriginal = ['/api/search', '/api/records'].includes(path);
      expect(exposed).toEqual(isOriginal ? null : expect.stringContaining('X-Total-Count'));
    },
  );

  it.each([
    '/',
    '/api/operations/state',
    '/api/operations/actions',
    '/api/ingestions',
    '/api/messages/unreadable',
    '/api/not-yet-known',
    '/api/%6fperations/actions',
  ])('are not allowed for %s', async (path) => {
    const headers = { Origin: 'https://example.org' };
    expect((await headersOf(path, { headers })).get('Access-Control-Allow-Origin')).toBeNull();
    expect((await headersOf(path, preflight)).get('Access-Control-Allow-Origin')).toBeNull();
  });
});

describe('hosts', () => {
  const strict = createOfflineApp({ ALLOWED_HOSTS: ['buildhub.moz.tools', '.example.org'] });
  const ask = (host: string, path = '/contribute.json') =>
    strict.request(`http://${host}${path}`, { headers: { Host: host } });

  it.each([
    ['buildhub.moz.tools', 200],
    ['BUILDHUB.moz.tools:8000', 200],
    ['example.org', 200],
    ['a.example.org', 200],
    ['evil.example', 400],
    ['buildhub.moz.tools.evil.example', 400],
    ['notexample.org', 400],
  ])('the response to a request for %s is %d', async (host, status) => {
    expect((await ask(host)).status).toBe(status);
  });

  it('any is served if the list has an asterisk', async () => {
    const open = createOfflineApp({ ALLOWED_HOSTS: ['buildhub.moz.tools', '*'] });
    const headers = { Host: 'any.example' };
    expect((await open.request('http://any.example/contribute.json', { headers })).status).toBe(200);
  });

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
