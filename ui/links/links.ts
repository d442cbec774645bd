import type { Build } from '../../schema/build.ts';

/** What is known of where a build comes from. */
export type Source = Build['source'];

/** An address that is safe to link to: of the web, and nothing that a browser would run. */
export function safeUrl(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[^\s]+$/i.test(text) ? text : undefined;
}

/** The page of a revision in its repository. */
export function revisionUrl({ repository, revision }: Source): string | undefined {
  const base = repositoryUrl(repository);
  return base && revision ? `${base}/rev/${encodeURIComponent(revision)}` : undefined;
}

/** What was pushed with a revision. */
export function pushlogUrl({ repository, revision }: Source): string | undefined {
  const base = repositoryUrl(repository);
  return base && revision ? `${base}/pushloghtml?changeset=${encodeURIComponent(revision)}` : undefined;
}

/** The results of the tests of a revision. */
export function treeherderUrl({ tree, revision }: Source): string | undefined {
  if (!tree || !revision) return undefined;
  return `https://treeherder.mozilla.org/jobs?${new URLSearchParams({ repo: tree, revision })}`;
}

/** What was pushed after one revision up to another; undefined across repositories. */
export function pushlogBetweenUrl(older: Source, newer: Source): string | undefined {
  const base = repositoryUrl(older.repository);
  if (!base || base !== repositoryUrl(newer.repository) || !older.revision || !newer.revision)
    return undefined;
  const range = new URLSearchParams({ fromchange: older.revision, tochange: newer.revision });
  return `${base}/pushloghtml?${range}`;
}

/** The page of a build. */
export function buildPath(id: string): string {
  return `/builds/${encodeURIComponent(id)}`;
}

function repositoryUrl(repository: string | undefined): string | undefined {
  return safeUrl(repository)?.replace(/\/+$/, '');
}
