import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { searchLimits } from './request-budget.ts';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const [, table = ''] = page.split('| what | up to |');
const cells = table.split('\n').map((row) => /^[\d,]+/.exec((row.split('|')[2] ?? '').trim())?.[0]);

it.each(Object.entries(searchLimits))('docs/api.md has %s, which is %d', (_name, limit) => {
  expect(cells).toContain(limit.toLocaleString('en-US'));
});
