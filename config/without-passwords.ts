/** User and password in front of a host. With a colon they may hold a slash, as long as no port begins there. */
const credentials = /(:\/\/)(?:[^\s/]*@|[^\s:/@]*:(?!\d{1,5}(?:[/?#]|$))\S*@)/g;

/**
 * A text with `***` for the user and password of every address in it. For everything that is logged or shown: clients
 * quote the address that they could not reach.
 */
export function withoutPasswords(text: string): string {
  return text.replaceAll(credentials, '$1***@');
}
