import { expect, it } from 'vitest';
import { twinHash } from './record-route.ts';

it.each([
  '{"source":{"product":"firefox"},"target":{"channel":"nightly"}}',
  '{"source":{"product":"thunderbird"},"target":{"channel":"release"}}',
  '{"source":{"product":"firefox"}}',
  '[]',
])('no twin for %s', (text) => {
  expect(twinHash(text)).toBeUndefined();
});
