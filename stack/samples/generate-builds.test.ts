import { expect, test } from 'vitest';
import { readBuilds } from '../../schema/published-build.ts';
import { generateBuilds } from './generate-builds.ts';
import { realBuilds, sampleBuilds } from './publish.ts';

const until = new Date('2026-11-24T05:00:00Z');

test('every generated build is valid, and none is there twice', () => {
  const objects = [...generateBuilds(2_000, until)];
  const hashes = objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
  expect(objects).toHaveLength(2_000);
  expect(new Set(objects.map(({ key }) => key)).size).toBe(2_000);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('the same seed gives the same builds, another seed others', () => {
  const bodies = (seed: number) => [...generateBuilds(20, until, seed)].map(({ body }) => body);
  expect(bodies(1)).toEqual(bodies(1));
  expect(bodies(1)).not.toEqual(bodies(2));
});

test('the real files come first, under keys of the release automation', () => {
  expect(realBuilds().map(({ key }) => key)).toContain(
    'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json',
  );
  expect([...sampleBuilds(6, until)].slice(0, 4)).toEqual(realBuilds());
  expect([...sampleBuilds(3, until)]).toHaveLength(3);
});
