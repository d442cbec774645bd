import { expect, it } from 'vitest';
import { ingestionPath, temporalRunUrl } from './addresses.ts';

it('keeps the slashes of a key, and escapes the rest', () => {
  expect(ingestionPath({ bucket: 'b', key: 'pub/a b/ü#?%/buildhub.json' })).toBe(
    '/api/ingestions/b/pub/a%20b/%C3%BC%23%3F%25/buildhub.json',
  );
});

it.each(['/leading', 'two//slashes', 'up/../and', './here', 'end/', 'line\nbreak'])(
  'a path would not keep %s, so it goes into the query',
  (key) => {
    const url = new URL(ingestionPath({ bucket: 'b', key }), 'http://localhost');
    expect(url.pathname).toBe('/api/ingestions/object');
    expect(url.searchParams.get('key')).toBe(key);
  },
);

it('links a run with every character of its id escaped', () => {
  const config = { TEMPORAL_UI_URL: 'https://temporal.example.org/', TEMPORAL_NAMESPACE: 'a/b' };
  expect(temporalRunUrl(config, 'ingest:bucket/a b.json@1', 'run')).toBe(
    'https://temporal.example.org/namespaces/a%2Fb/workflows/ingest%3Abucket%2Fa%20b.json%401/run/history',
  );
});
