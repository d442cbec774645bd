import { expect, it } from 'vitest';
import { buildPath, pushlogBetweenUrl, pushlogUrl, revisionUrl, safeUrl, treeherderUrl } from './links.ts';

const source = {
  product: 'firefox',
  repository: 'https://hg.mozilla.org/releases/mozilla-beta/',
  tree: 'mozilla-beta',
  revision: 'ed47966f',
};

it('leads to the revision, its pushlog and its test results', () => {
  expect(revisionUrl(source)).toBe('https://hg.mozilla.org/releases/mozilla-beta/rev/ed47966f');
  expect(pushlogUrl(source)).toBe(
    'https://hg.mozilla.org/releases/mozilla-beta/pushloghtml?changeset=ed47966f',
  );
  expect(treeherderUrl(source)).toBe(
    'https://treeherder.mozilla.org/jobs?repo=mozilla-beta&revision=ed47966f',
  );
});

it('leads nowhere where something is missing or is no address of the web', () => {
  expect(revisionUrl({ product: 'firefox' })).toBeUndefined();
  expect(pushlogUrl({ ...source, revision: '' })).toBeUndefined();
  expect(treeherderUrl({ product: 'firefox', revision: 'a' })).toBeUndefined();
  expect(revisionUrl({ ...source, repository: 'javascript:alert(1)//' })).toBeUndefined();
  expect(safeUrl('javascript:alert(1)')).toBeUndefined();
  expect(safeUrl('https://a.b/Firefox%20Setup.exe')).toBe('https://a.b/Firefox%20Setup.exe');
});

it('leads to what was pushed between two builds of one repository', () => {
  expect(pushlogBetweenUrl(source, { ...source, revision: 'f00' })).toBe(
    'https://hg.mozilla.org/releases/mozilla-beta/pushloghtml?fromchange=ed47966f&tochange=f00',
  );
  expect(pushlogBetweenUrl(source, { ...source, repository: 'https://hg.mozilla.org/mozilla-central' })).toBe(
    undefined,
  );
});

it('knows the page of a build', () => {
  expect(buildPath('17')).toBe('/builds/17');
});
