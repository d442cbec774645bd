import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { limits } from './limits.ts';

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const [, table = ''] = page.split('| what | at most | Elasticsearch 6.7.1 |');

it.each(Object.entries(limits))('docs/api.md has %s, which is %d', (_name, limit) => {
  const cells = table.split('\n').map((row) => row.split('|')[2] ?? '');
  expect(cells.map((cell) => /[\d,]+/.exec(cell)?.[0])).toContain(limit.toLocaleString('en-US'));
});
