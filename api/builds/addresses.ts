/** Where the API serves a build. */
export function recordPath(id: string): string {
  return `/api/records/${id}`;
}

/** Where the API serves an S3 object. The slashes of a key stay, so that people can read the address. */
export function ingestionPath({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  const segments = key.split('/');
  // Clients take `.` and `..` out of a path, and some take empty segments out.
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) {
    return `/api/ingestions/object?${new URLSearchParams({ bucket, key })}`;
  }
  return `/api/ingestions/${[bucket, ...segments].map(encodeURIComponent).join('/')}`;
}

/** Where the UI shows a build. */
export function buildPagePath(id: string): string {
  return `/builds/${id}`;
}
