/**
 * The terms of a query string of Lucene, each with the field in front of it if it names one: a phrase, a regular expression,
 * or a term up to the next space, parenthesis or quote.
 */
export const terms = /"(?:\\[\s\S]|[^"\\])*"|\/(?:\\[\s\S]|[^/\\])*\/|(?:\\[\s\S]|[^\s()"\\])+/g;

/** Where the value of a term starts: behind the colon after the name of a field, if there is one. */
export function startOfValue(term: string): number {
  // A phrase may have a colon in it.
  return /^["/]/.test(term) ? 0 : (/(?<!\\):/.exec(term)?.index ?? -1) + 1;
}

/** The longest text that Lucene can take for one word: only these characters end one, and neither does a no-break space. */
const words = /(?:\\[\s\S]|[^ \t\n\r\\])+/g;

export function wordsOf(query: string): readonly string[] {
  return query.match(words) ?? [];
}

/** A quoted bound of a range that has a space or a bracket in it, or a text up to one of these, which may have quotes. */
const inRange = String.raw`"(?:\\"|[^" \]}])*[ \]}](?:\\"|[^"])*"|[^ \]}]+| `;
/**
 * What Lucene takes for a regular expression: everything between two slashes, also within a word, but not within quotes
 * or a range.
 */
const rangesAndRegexps = new RegExp(
  String.raw`"(?:\\.|[^"\\])*"|\\.|([[{](?:${inRange})*)|/((?:\\/|[^/])*)/`,
  'gs',
);

export function regexpsOf(query: string): string[] {
  return [...query.matchAll(rangesAndRegexps)].flatMap(([, , regexp]) => regexp ?? []);
}

/** Ranges, each with both bounds. */
export function rangesOf(query: string): string[] {
  return [...query.matchAll(rangesAndRegexps)].flatMap(([, range]) => range ?? []);
}

export function hasWildcard(term: string): boolean {
  const value = term.slice(startOfValue(term));
  return !/^["/]/.test(value) && /(?<!\\)[*?]/.test(value);
}
