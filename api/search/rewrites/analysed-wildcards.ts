import type { Rewrite } from './rewrite.ts';

/** Analysers that make everything lower case. */
const lowering: ReadonlySet<string> = new Set(['standard', 'simple', 'stop', 'pattern', 'english']);

/** A phrase or a regular expression, which are left alone, or a term up to the next space, bracket or quote. */
const parts = /"(?:\\[\s\S]|[^"\\])*"|\/(?:\\[\s\S]|[^/\\])*\/|(?:\\[\s\S]|[^\s()"\\])+/g;

/** `Firefox*` in a query string with an analyser becomes `firefox*`. */
export const analysedWildcards: Rewrite = {
  reason:
    'The analyser of a query string was used for terms with wildcards too in 6, so the search box of the old UI, which puts an asterisk after every word, found firefox for Firefox. In 9 the field decides, and keywords stay as they are.',
  query({ name, parameters }) {
    const text = parameters.get('query');
    const analyzer = parameters.get('analyzer');
    if (name !== 'query_string' || typeof text !== 'string' || typeof analyzer !== 'string') return;
    if (!lowering.has(analyzer)) return;
    parameters.set(
      'query',
      text.replace(parts, (part) => (/^["/]/.test(part) ? part : lowerCase(part))),
    );
  },
};

function lowerCase(term: string): string {
  const colon = /(?<!\\):/.exec(term)?.index ?? -1;
  const value = term.slice(colon + 1);
  if (!/(?<!\\)[*?]/.test(value) || value.startsWith('/')) return term;
  return term.slice(0, colon + 1) + value.toLowerCase();
}
