import { expect, it } from 'vitest';
import { revisionLink } from '../../schema/revision-links.ts';
import { pushlogBetweenUrl, pushlogUrl, safeUrl, treeherderUrl } from './links.ts';

const hg = 'https://hg.mozilla.org/releases/mozilla-beta';
const source = {
  product: 'firefox',
  repository: `${hg}/`,
  tree: 'releases/mozilla-beta',
  revision: 'ed47966f',
};
const git = { ...source, repository: 'https://github.com/mozilla-firefox/firefox' };

it('links a Mercurial revision to its page, its pushlog and its test results', () => {
  expect(revisionLink(source.repository, source.revision)).toBe(`${hg}/rev/ed47966f`);
  expect(pushlogUrl(source)).toBe(`${hg}/pushloghtml?changeset=ed47966f`);
  expect(treeherderUrl(source)).toBe(
    'https://treeherder.mozilla.org/jobs?repo=mozilla-beta&revision=ed47966f',
  );
});

it.each(['', '/', '.git'])(
  'links a Git revision to its commit, for a repository that ends in "%s"',
  (end) => {
    const written = { ...git, repository: git.repository + end };
    expect(revisionLink(written.repository, written.revision)).toBe(
      'https://github.com/mozilla-firefox/firefox/commit/ed47966f',
    );
    expect(pushlogUrl(written)).toBeUndefined();
    expect(pushlogBetweenUrl(written, { ...git, revision: 'f00' })).toBe(
      'https://github.com/mozilla-firefox/firefox/compare/ed47966f...f00',
    );
  },
);

it.each([
  ['mozilla-central', 'mozilla-central'],
  ['releases/mozilla-esr140/', 'mozilla-esr140'],
  ['integration/autoland', 'autoland'],
])('names the tree %s as Treeherder does', (tree, repo) => {
  expect(new URL(treeherderUrl({ ...source, tree }) ?? '').searchParams.get('repo')).toBe(repo);
});

it.each([
  undefined,
  'javascript:alert(1)//',
  'https://git.example.org/firefox',
  'https://hg.mozilla.org/',
  'https://hg.mozilla.org.example.org/mozilla-central',
  'https://github.com/mozilla-firefox',
  'https://github.com/mozilla-firefox/firefox/tree/main',
  'https://[',
])('has no links for the repository %s', (repository) => {
  const other = { ...source, repository } as typeof source;
  expect(revisionLink(other.repository, other.revision)).toBeUndefined();
  expect(pushlogUrl(other)).toBeUndefined();
  expect(pushlogBetweenUrl(other, other)).toBeUndefined();
});

it('has no links without a revision or a tree', () => {
  // In an instant: it took a minute.
  expect(revisionLink(`https://h.example/${'/'.repeat(60_000)}x`, '1')).toBeUndefined();
  expect(pushlogUrl({ ...source, revision: '' })).toBeUndefined();
  expect(treeherderUrl({ product: 'firefox', revision: 'a' })).toBeUndefined();
});

it('links only to the web', () => {
  expect(safeUrl('javascript:alert(1)')).toBeUndefined();
  expect(safeUrl('https://a.b/Firefox%20Setup.exe')).toBe('https://a.b/Firefox%20Setup.exe');
});

it('links to the pushlog between two builds of one repository', () => {
  expect(pushlogBetweenUrl(source, { ...source, revision: 'f00' })).toBe(
    `${hg}/pushloghtml?fromchange=ed47966f&tochange=f00`,
  );
  expect(pushlogBetweenUrl(source, git)).toBeUndefined();
});
