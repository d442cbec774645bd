/**
 * A repository on hg.mozilla.org or GitHub, its URL without a slash or `.git` at its end; undefined for any other text,
 * since anybody may publish a build.
 */
export function knownRepository(repository: string | undefined) {
  if (repository === undefined || !/^https?:\/\/[^\s]+$/i.test(repository) || !URL.canParse(repository))
    return undefined;
  const { hostname, pathname } = new URL(repository);
  // Without the condition in front, a long row of slashes within a path would take seconds.
  const path = pathname.replace(/(?<!\/)\/+$/, '');
  if (hostname === 'hg.mozilla.org' && path !== '')
    return { url: `https://${hostname}${path}`, isGit: false };
  const [, name] = /^(\/[^/]+\/[^/]+?)(?:\.git)?$/.exec(path) ?? [];
  if (hostname === 'github.com' && name) return { url: `https://${hostname}${name}`, isGit: true };
  return undefined;
}

/** The page of a revision; undefined outside of hg.mozilla.org and GitHub. */
export function revisionLink(repository: string | undefined, revision: string | undefined) {
  const known = knownRepository(repository);
  if (!known || !revision) return undefined;
  return `${known.url}/${known.isGit ? 'commit' : 'rev'}/${encodeURIComponent(revision)}`;
}

/** What was pushed after one revision up to another of the same repository, or what Git has between them. */
export function rangeLink(repository: string | undefined, older: string, newer: string): string | undefined {
  const known = knownRepository(repository);
  if (!known || older === '' || newer === '') return undefined;
  const [from, to] = [encodeURIComponent(older), encodeURIComponent(newer)];
  if (known.isGit) return `${known.url}/compare/${from}...${to}`;
  return `${known.url}/pushloghtml?fromchange=${from}&tochange=${to}`;
}
