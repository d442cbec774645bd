import { beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { pushlog } from './pushlog-route.ts';

const sandbox = forAllTests(createApiSandbox);
const ids: Record<string, string> = {};
const central = 'https://hg.mozilla.org/mozilla-central';

function text(name: string, buildId: string, source: object, platform = 'win64'): string {
  return JSON.stringify({
    build: { id: buildId, date: `${buildId.slice(0, 4)}-${buildId.slice(4, 6)}-${buildId.slice(6, 8)}` },
    source: { product: 'firefox', ...source },
    target: { platform, locale: 'en-US', version: name, channel: 'nightly' },
    download: { url: 'https://x.org/', mimetype: 'm/m', size: 1, date: '2026-01-01' },
  });
}

beforeAll(async () => {
  await sandbox.add([
    text('old', '20260101000000', { repository: central, revision: 'aaaa' }),
    text('old-mac', '20260101000000', { repository: `${central}/`, revision: 'aaaa' }, 'mac'),
    text('new', '20260102000000', { repository: `${central}/`, revision: 'bbbb' }),
    text('beta', '20260102000000', {
      repository: 'https://hg.mozilla.org/releases/mozilla-beta',
      revision: 'cccc',
    }),
    text('other', '20260103000000', { repository: 'https://evil.example.org/hg', revision: 'dddd' }),
    text('bare', '20260104000000', {}),
  ]);
  const response = await sandbox.search({ size: 100, _source: ['target.version'] });
  const { hits } = (await response.json()) as {
    hits: { hits: { _id: string; _source: { target: { version: string } } }[] };
  };
  for (const { _id, _source } of hits.hits) ids[_source.target.version] = _id;
});

const get = (query: string) => sandbox.app.request(`/api/pushlog?${query}`);
const id = (name: string) => ids[name] ?? '';

const url = `${central}/pushloghtml?fromchange=aaaa&tochange=bbbb`;

it('leads from one build to another, by id, hash or build id', async () => {
  const { hash } = (await (await sandbox.app.request(`/api/records/${id('old')}`)).json()) as {
    hash: string;
  };
  for (const from of [id('old'), id('old-mac'), hash, '20260101000000']) {
    for (const to of [id('new'), '20260102000000']) {
      const response = await get(`from=${from}&to=${to}`);
      expect(response.status).toBe(200);
      const found = pushlog.parse(await response.json()) as z.output<typeof pushlog>;
      expect(found).toMatchObject({ url, repository: central, swapped: false, to: { id: id('new') } });
    }
  }
});

it('goes there, but only to the host that is known', async () => {
  const response = await get(`from=${id('old')}&to=${id('new')}&redirect=1`);
  expect(response.status).toBe(302);
  expect(response.headers.get('Location')).toBe(url);
  const other = await get(`from=${id('other')}&to=${id('other')}&redirect=1`);
  expect(other.status).toBe(422);
  expect(other.headers.get('Location')).toBeNull();
  expect(await (await get(`from=${id('other')}&to=${id('other')}`)).json()).toMatchObject({ url: null });
});

it.each([
  [404, () => 'from=20200101000000&to=1', 'No build with build id 20200101000000'],
  [404, () => 'from=999999&to=1', 'No build with id 999999'],
  [422, () => `from=${id('old')}&to=${id('beta')}`, 'of different repositories'],
  [422, () => `from=${id('bare')}&to=${id('old')}`, 'does not name its repository and revision'],
  [422, () => 'from=20260104000000&to=20260101000000', 'No build with the build id 20260104000000 names its'],
  [422, () => 'from=20260102000000&to=20260102000000', 'Give the id of one build instead'],
  [400, () => 'from=x', 'parameter `from` must be the id of a build'],
])('%d for what has no pushlog (%#)', async (status, query, message) => {
  const response = await get(query());
  expect(response.status).toBe(status);
  expect(((await response.json()) as { error: string }).error).toContain(message);
});
