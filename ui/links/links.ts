import type { Build } from '../../schema/build.ts';

/** Where a build comes from. */
export type Source = Build['source'];

/** An address that is safe to link to: of the web, and nothing that a browser would run. */
export function safeUrl(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[^\s]+$/i.test(text) ? text : undefined;
}

/** The page of a revision on hg.mozilla.org or GitHub; undefined for any other repository. */
export function revisionUrl({ repository, revision }: Source): string | undefined {
  const found = repositoryOf(repository);
  if (!found || !revision) return undefined;
  return `${found.url}/${found.isGit ? 'commit' : 'rev'}/${encodeURIComponent(revision)}`;
}

/** What was pushed with a revision; undefined outside of hg.mozilla.org, since Git has no pushlog. */
export function pushlogUrl({ repository, revision }: Source): string | undefined {
  const found = repositoryOf(repository);
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
  const found = repositoryOf(older.repository);
  const isSame = found?.url === repositoryOf(newer.repository)?.url;
  if (!found || !isSame || !older.revision || !newer.revision) return undefined;
  const [from, to] = [encodeURIComponent(older.revision), encodeURIComponent(newer.revision)];
  if (found.isGit) return `${found.url}/compare/${from}...${to}`;
  return `${found.url}/pushloghtml?fromchange=${from}&tochange=${to}`;
}

/** The page of a build. */
export function buildPath(id: string): string {
  return `/builds/${encodeURIComponent(id)}`;
}

function repositoryOf(repository: string | undefined): { url: string; isGit: boolean } | undefined {
  const address = safeUrl(repository);
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { hostname, pathname } = new URL(address);
  const path = pathname.replace(/\/+$/, '');
  if (hostname === 'hg.mozilla.org' && path !== '')
    return { url: `https://${hostname}${path}`, isGit: false };
  const [, name] = /^(\/[^/]+\/[^/]+?)(?:\.git)?$/.exec(path) ?? [];
  if (hostname === 'github.com' && name) return { url: `https://${hostname}${name}`, isGit: true };
  return undefined;
}
