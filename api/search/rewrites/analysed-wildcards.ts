import type { Rewrite } from './rewrite.ts';

/** Analysers that make everything lower case. */
const lowering: ReadonlySet<string> = new Set(['standard', 'simple', 'stop', 'pattern', 'english']);

/** A phrase or a regular expression, which are left alone, or a term up to the next space, bracket or quote. */
const parts = /"(?:\\[\s\S]|[^"\\])*"|\/(?:\\[\s\S]|[^/\\])*\/|(?:\\[\s\S]|[^\s()"\\])+/g;

/** `Firefox*` in a query string with an analyser becomes `firefox*`. */
export const analysedWildcards: Rewrite = {
  reason:
    'The analyser of a query string was used for terms with wildcards too in 6, so the search box of the old UI, which puts an asterisk after every word, found firefox for Firefox. In 9 the field decides, and keywords stay as they are. So where every word has its asterisk, an analyser does nothing to keywords, and to the texts of `build` hardly more than their own: `pattern`, which the first UI sends and an Elasticsearch without modules does not know, can go.',
  query({ name, parameters }) {
    const text = parameters.get('query');
    const analyzer = parameters.get('analyzer');
    if (name !== 'query_string' || typeof text !== 'string' || typeof analyzer !== 'string') return;
    if (!lowering.has(analyzer)) return;
    parameters.set('query', text.replace(parts, lowerCase));
    const words = text.match(parts) ?? [];
    if (analyzer === 'pattern' && words.every(hasWildcard)) parameters.delete('analyzer');
  },
};

function lowerCase(term: string): string {
  if (!hasWildcard(term)) return term;
  const start = startOfValue(term);
  return term.slice(0, start) + term.slice(start).toLowerCase();
}

function hasWildcard(term: string): boolean {
  const value = term.slice(startOfValue(term));
  // A phrase may have a colon in it.
  return ![term, value].some((text) => /^["/]/.test(text)) && /(?<!\\)[*?]/.test(value);
}

/** Behind the colon after the name of a field, if there is one. */
function startOfValue(term: string): number {
  return (/(?<!\\):/.exec(term)?.index ?? -1) + 1;
}
