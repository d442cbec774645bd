import { expect, it, vi } from 'vitest';
import { type JsonObject, parseLossless } from '../../schema/lossless-json.ts';
import { atomFeed, type FeedBuild } from './atom-feed.ts';

const build = (changes: { url?: string; date?: string; mimetype?: string } = {}): FeedBuild => ({
  id: '17',
  hash: 'v1:0fb6ab83ce79fbd25768bf634560a028',
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  build: parseLossless(
    JSON.stringify({
      build: { id: '20191016161957', date: '2019-10-16T16:19:57Z' },
      source: { product: 'firefox', tree: 'mozilla-release' },
      target: { platform: 'win64', os: 'win', locale: 'en-US', version: '70.0', channel: 'release' },
      download: {
        url: changes.url ?? 'https://archive.mozilla.org/pub/Firefox Setup 70.0.exe?a=1&b=2',
        mimetype: changes.mimetype ?? 'application/octet-stream',
        size: 51516392,
        date: changes.date ?? '2019-10-16T21:24:22.032307+00:00',
      },
    }),
  ) as JsonObject,
});
const feed = (builds: FeedBuild[], query = '') =>
  atomFeed(builds, new URLSearchParams(query), 'https://buildhub.example.org');

it('has the same id for the same question, however it was put', () => {
  const id = (query: string) => /<id>(.*?)<\/id>/.exec(feed([], query))?.[1];
  expect(id('product=firefox&channel=beta')).toBe(id('channel=beta&product=firefox'));
  expect(id('product=firefox')).not.toBe(id('product=fennec'));
  expect(feed([], 'q=<a>&channel=x"y')).toContain('<title>Buildhub: channel x&quot;y, q &lt;a&gt;</title>');
});

it.each(['javascript:alert(1)', 'data:text/html,x', 'no address', ''])('never links to %j', (url) => {
  expect(feed([build({ url })])).not.toContain('enclosure');
});

it('reads a date without a zone as UTC, wherever it runs', () => {
  vi.stubEnv('TZ', 'America/Los_Angeles');
  for (const date of ['2019-10-16T21:24:22', '2019-10-16T21:24:22.032', '2019-10-16T21:24:22Z'])
    expect(feed([build({ date })])).toContain('<published>2019-10-16T21:24:22.');
  expect(feed([build({ date: '2019-10-16' })])).toContain('<published>2019-10-16T00:00:00.000Z');
});

it('leaves out an invalid media type, and a date that only Elasticsearch can read', () => {
  expect(feed([build({ mimetype: 'x" y="' })])).not.toContain('x&quot;');
  expect(feed([build({ date: '2019-W' })])).toContain('<published>2026-01-02T03:04:05.678Z</published>');
});

it('escapes, and replaces what XML cannot hold', () => {
  const text = feed(
    [build({ url: 'https://x.org/?"<&>' })],
    `q=${encodeURIComponent('"<&>\'x\u001b\ufffe')}`,
  );
  expect(text).toContain('<title>Buildhub: q &quot;&lt;&amp;&gt;&#39;x\ufffd\ufffd</title>');
  expect(text).toContain('href="https://x.org/?%22%3C&amp;%3E"');
});
