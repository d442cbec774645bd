import { beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { readBuilds } from '../../schema/published-build.ts';
import { generateBuilds } from '../../stack/samples/generate-builds.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { getValid } from '../testing/get-valid.ts';
import { latestBuilds } from './latest-route.ts';

type Latest = z.output<typeof latestBuilds>;
type Build = Latest['builds'][number]['build'];

const sandbox = forAllTests(createApiSandbox);
const texts = [...generateBuilds(400, new Date('2026-01-01T00:00:00Z'), 3)].map(({ body }) => body);
const builds = texts.flatMap((text) => readBuilds(text)).map(({ text }) => JSON.parse(text) as Build);

beforeAll(async () => {
  await sandbox.add([
    ...texts,
    // Without a date it is older than any other, and its id is not a date.
    '{"build":{"id":"zzz","number":9007199254740993},"source":{"product":"firefox"},"target":{"platform":"win64","locale":"fr","version":"1.0","channel":"beta"},"download":{"url":"https://x.org/","mimetype":"m","size":1,"date":"2026-01-01"}}',
    // The only one of its kind.
    '{"build":{"id":"1"},"source":{"product":"focus"},"target":{"platform":"p","locale":"l","version":"1.0","channel":"c"},"download":{"url":"https://x.org/","mimetype":"m","size":9007199254740993,"date":"2026-01-01"}}',
  ]);
});

const latest = (query: string) => getValid(sandbox.app, `/api/latest${query}`, latestBuilds);

/** What must come out, from the builds themselves. */
function expected(matches: (build: Build) => boolean): Map<string, string> {
  const newest = new Map<string, Build>();
  for (const build of builds.filter(matches)) {
    const { channel, platform, locale } = build.target;
    const name = [build.source.product, channel, platform, locale].join(' ');
    const best = newest.get(name);
    if (!best || (build.build.date ?? '') > (best.build.date ?? '')) newest.set(name, build);
  }
  return new Map([...newest].map(([name, build]) => [name, build.build.date ?? '']));
}

const found = ({ builds: list }: Latest) =>
  new Map(
    list.map(({ product, channel, platform, locale, build }) => [
      [product, channel, platform, locale].join(' '),
      build.build.date ?? '',
    ]),
  );

it('is the newest build of one combination', async () => {
  const query = '?product=firefox&channel=nightly&platform=win64&locale=en-US';
  const result = await latest(query);
  expect(result.builds).toHaveLength(1);
  expect(result.next).toBeNull();
  expect(found(result)).toEqual(
    expected(
      ({ source, target }) =>
        source.product === 'firefox' && target.channel === 'nightly' && target.platform === 'win64',
    ),
  );
  const [only] = result.builds;
  const record = await (await sandbox.app.request(only?.url ?? '')).json();
  expect(record).toMatchObject({ id: only?.id, build: only?.build });
});

it('is one for each value of what is left out or given several times', async () => {
  const result = await latest(
    '?product=firefox&product=devedition&channel=aurora&channel=nightly&limit=1000',
  );
  const wanted = expected(
    ({ source, target }) =>
      ['firefox', 'devedition'].includes(source.product) && ['aurora', 'nightly'].includes(target.channel),
  );
  expect(wanted.size).toBeGreaterThan(10);
  expect(found(result)).toEqual(wanted);
});

it('is narrowed by every other parameter', async () => {
  const result = await latest('?product=firefox&channel=nightly&os=mac&built_to=2025-12-01');
  expect(found(result)).toEqual(
    expected(
      ({ source, target, build }) =>
        source.product === 'firefox' &&
        target.channel === 'nightly' &&
        target.os === 'mac' &&
        (build.date ?? '') < '2025-12-02',
    ),
  );
  expect(found(await latest('?q=firefox+nightly+os:mac&built_to=2025-12-01'))).toEqual(found(result));
});

it('pages through everything', async () => {
  const all = new Map<string, string>();
  let next: string | null = '?limit=37';
  let pages = 0;
  while (next !== null) {
    const page: Latest = await latest(next);
    expect(page.builds.length).toBeLessThanOrEqual(37);
    for (const [name, date] of found(page)) all.set(name, date);
    next = page.next?.replace('/api/latest', '') ?? null;
    pages += 1;
  }
  const wanted = expected(() => true);
  all.delete('focus c p l');
  if (!wanted.has('firefox beta win64 fr')) all.delete('firefox beta win64 fr');
  expect(all).toEqual(wanted);
  expect(pages).toBeGreaterThan(3);
});

it('keeps every digit of a number', async () => {
  const response = await sandbox.app.request('/api/latest?product=focus');
  expect(await response.text()).toContain('"size":9007199254740993');
});

it('may be kept for a minute, and is a 304 while nothing has changed', async () => {
  const response = await sandbox.app.request('/api/latest?product=focus');
  expect(response.headers.get('Cache-Control')).toBe('public, max-age=60');
  const etag = response.headers.get('ETag') ?? '';
  const again = await sandbox.app.request('/api/latest?product=focus', {
    headers: { 'If-None-Match': etag },
  });
  expect(again.status).toBe(304);
  expect(again.headers.get('Cache-Control')).toBe('public, max-age=60');
});

async function problem(query: string) {
  const response = await sandbox.app.request(`/api/latest${query}`);
  return { status: response.status, ...((await response.json()) as { error: string; exists?: object }) };
}

it('lists what exists if nothing matches', async () => {
  const { status, error, exists } = await problem('?product=focus&channel=nightly&platform=p&locale=l');
  expect(status).toBe(404);
  expect(error).toBe(
    'No build has product=focus, channel=nightly, platform=p, locale=l. Other values of channel that match: c.',
  );
  expect(exists).toEqual({ channel: ['c'] });
  const several = await problem('?product=nothing&channel=never&os=win');
  expect(several.exists).toMatchObject({
    product: expect.arrayContaining(['firefox', 'focus']),
    channel: expect.arrayContaining(['nightly', 'c']),
  });
  expect(several.exists).not.toHaveProperty('os');
});

it.each([
  ['?after=x', 'must be what `next` had'],
  [`?product=firefox&after=${Buffer.from('["a"]').toString('base64url')}`, 'belongs to another request'],
  ["?q='target.version:(", 'Failed to parse query'],
])('refuses %s', async (query, message) => {
  const { status, error } = await problem(query);
  expect(status).toBe(400);
  expect(error).toContain(message);
});
