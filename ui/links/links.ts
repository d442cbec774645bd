import type { Build } from '../../schema/build.ts';
import { knownRepository, rangeLink } from '../../schema/revision-links.ts';

export type Source = Build['source'];

/** An address that is safe to link to: of the web, and nothing that a browser would run. */
export function safeUrl(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[^\s]+$/i.test(text) ? text : undefined;
}

/** What was pushed with a revision; undefined outside of hg.mozilla.org, since Git has no pushlog. */
export function pushlogUrl({ repository, revision }: Source): string | undefined {
  const found = knownRepository(repository);
  if (!found || found.isGit || !revision) return undefined;
  return `${found.url}/pushloghtml?changeset=${encodeURIComponent(revision)}`;
}

/** The test results of a revision. Treeherder names a repository by the last part of its tree. */
export function treeherderUrl({ tree, revision }: Source): string | undefined {
  const repo = tree?.split('/').findLast(Boolean);
  if (!repo || !revision) return undefined;
  return `https://treeherder.mozilla.org/jobs?${new URLSearchParams({ repo, revision })}`;
}

/** What was pushed after one revision up to another; undefined across repositories. */
export function pushlogBetweenUrl(older: Source, newer: Source): string | undefined {
  const isSame = knownRepository(older.repository)?.url === knownRepository(newer.repository)?.url;
  return isSame ? rangeLink(older.repository, older.revision ?? '', newer.revision ?? '') : undefined;
}

export function buildPath(id: string): string {
  return `/builds/${encodeURIComponent(id)}`;
}
