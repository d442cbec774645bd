import { expect, it } from 'vitest';
import { twinHash } from './record-route.ts';

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
