import { expect, it } from 'vitest';
import { readBuilds } from '../../schema/published-build.ts';
import { realBuilds } from '../../stack/samples/publish.ts';
import { twinHash } from './record-route.ts';

const published = realBuilds().map(({ body }) => readBuilds(body));

it('is what the ingestion gives the twin of a release, and the other way round', () => {
  const pairs = published.flatMap(([release, twin]) => (release && twin ? [[release, twin] as const] : []));
  expect(pairs.length).toBeGreaterThan(0);
  for (const [release, twin] of pairs) {
    expect(twinHash(release.text)).toEqual({ hash: twin.hash, relation: 'beta twin' });
    expect(twinHash(twin.text)).toEqual({ hash: release.hash, relation: 'release' });
  }
});

it('does not depend on the order of keys, which jsonb changes', () => {
  const text = (target: string) => `{"source":{"product":"firefox"},"target":{${target}}}`;
  expect(twinHash(text('"channel":"release","version":"1"'))).toEqual(
    twinHash(text('"version":"1","channel":"release"')),
  );
});

it.each([
  '{"source":{"product":"firefox"},"target":{"channel":"nightly"}}',
  '{"source":{"product":"thunderbird"},"target":{"channel":"release"}}',
  '{"source":{"product":"firefox"}}',
  '[]',
])('no twin for %s', (text) => {
  expect(twinHash(text)).toBeUndefined();
});
