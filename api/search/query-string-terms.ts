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

/** What Lucene may take for one word: only these characters end it, and a no-break space does not. */
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

/** Ranges, each with both bounds, and regular expressions without their slashes. */
export function rangesAndRegexpsOf(query: string) {
  const found = [...query.matchAll(rangesAndRegexps)];
  return {
    ranges: found.flatMap(([, range]) => range ?? []),
    regexps: found.flatMap(([, , regexp]) => regexp ?? []),
  };
}

export function hasWildcard(term: string): boolean {
  const value = term.slice(startOfValue(term));
  return !/^["/]/.test(value) && /(?<!\\)[*?]/.test(value);
}
