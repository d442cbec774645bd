/**
 * Whether the client has the current content already. As RFC 9110 has it, the tag decides where one is given, and the
 * time only without one.
 *
 * @param etag of what would be sent
 */
export function isNotModified(headers: Headers, etag: string | undefined, modified: Date): boolean {
  const tags = headers.get('If-None-Match');
  if (tags !== null && etag !== undefined) {
    return tags.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
  }
  const since = Date.parse(headers.get('If-Modified-Since') ?? '');
  return !Number.isNaN(since) && modified.getTime() <= since;
}
