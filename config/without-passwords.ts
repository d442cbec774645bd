/**
 * User and password in front of a host. With a colon they may hold a slash, as long as no port begins there. The length
 * is limited, since the rest of a long text would be looked through once for each address in it.
 */
const credentials = /(:\/\/)(?:[^\s/]{0,1000}@|[^\s:/@]{0,1000}:(?!\d{1,5}(?:[/?#]|$))\S{0,1000}@)/g;

/** A password among the parameters of an address or of a connection string, and what an `Authorization` header has. */
const named = /\b((?:password|passwd|api_?key|secret|token)=|(?:Basic|Bearer|ApiKey) )[^\s&"',;]{4,}/gi;

/**
 * A text with `***` for the user and password of every address in it, and for keys of services. For everything that is
 * logged or shown: clients quote the address that they could not reach.
 */
export function withoutPasswords(text: string): string {
  return text.replaceAll(credentials, '$1***@').replaceAll(named, '$1***');
}

/** What an error says, without passwords: wherever its message becomes a text for people. */
export function messageOf(error: unknown): string {
  return withoutPasswords(error instanceof Error ? error.message : String(error));
}
