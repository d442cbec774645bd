import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { apiAddress, curlCommand, sortParameter } from './export-menu.tsx';

it('writes a command that a shell reads as the body it is', () => {
  const body = { query: { query_string: { query: `it's "$HOME" \`x\` \\ é` } }, size: 1 };
  const command = curlCommand('http://127.0.0.1:8000', body).replace(/^curl -s \S+ -d /, 'printf %s ');
  expect(JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }))).toEqual(body);
});

it('addresses the search that is shown', () => {
  const state = {
    query: "it's",
    refinementList: { 'source.product': ['firefox'], 'target.os': ['win', 'mac'] },
    range: { 'download.date': '1767225600000:1769903999999', 'build.date': ':5' },
    sortBy: 'builds_build.date_asc',
  };
  expect(apiAddress('/api/export', state, { ...sortParameter(state), format: 'csv' })).toBe(
    '/api/export?q=it%27s&product=firefox&os=win&os=mac&from=2026-01-01T00%3A00%3A00.000Z&to=2026-01-31T23%3A59%3A59.999Z&built_to=1970-01-01T00%3A00%3A00.005Z&sort=build.date_asc&format=csv',
  );
  expect(apiAddress('/api/feed.atom', {})).toBe('/api/feed.atom');
});
