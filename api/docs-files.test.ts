import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createOfflineApp } from './testing/offline-app.ts';

const folder = new URL('../docs/', import.meta.url);
const app = createOfflineApp();

it.each(readdirSync(folder).filter((name) => name.endsWith('.md')))('serves %s as Markdown', async (name) => {
  const response = await app.request(`/docs/${name}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('text/markdown; charset=utf-8');
  expect(await response.text()).toBe(readFileSync(new URL(name, folder), 'utf8'));
});

it('serves the images of the pages', async () => {
  const response = await app.request('/docs/images/search.png');
  expect(response.status).toBe(200);
  expect(response.headers.get('Content-Type')).toBe('image/png');
});

it('lists every page in /llms.txt, at an address that exists', async () => {
  const text = await (await app.request('/llms.txt')).text();
  const addresses = [...text.matchAll(/\]\((\/docs\/[^)#]+)/g)].map(([, address = '']) => address);
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(addresses.sort()).toEqual(pages.map((name) => `/docs/${name}`).sort());
});

it.each(['/docs/runbook.test.ts', '/docs/..%2fpackage.json', '/docs/no-such-page.md'])(
  'does not serve %s',
  async (path) => expect((await app.request(path)).status).toBe(404),
);
