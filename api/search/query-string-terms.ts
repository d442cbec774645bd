/** A phrase, a regular expression, or a term up to the next space, parenthesis or quote. */
const terms = /"(?:\\[\s\S]|[^"\\])*"|\/(?:\\[\s\S]|[^/\\])*\/|(?:\\[\s\S]|[^\s()"\\])+/g;

/** The terms of a query string of Lucene, each with the field in front of it if it names one. */
export function termsOf(query: string): readonly string[] {
  return query.match(terms) ?? [];
}

export function replaceTerms(query: string, replace: (term: string) => string): string {
  return query.replace(terms, replace);
}

/** Where the value of a term starts: behind the colon after the name of a field, if there is one. */
export function startOfValue(term: string): number {
  // A phrase may have a colon in it.
  return /^["/]/.test(term) ? 0 : (/(?<!\\):/.exec(term)?.index ?? -1) + 1;
}

export function isRegexp(term: string): boolean {
  return term.startsWith('/', startOfValue(term));
}

export function hasWildcard(term: string): boolean {
  const value = term.slice(startOfValue(term));
  return !/^["/]/.test(value) && /(?<!\\)[*?]/.test(value);
}
