import type { FacetValue } from './read-requests.ts';

/** Chosen values in one request, altogether. */
const mostValues = 500;
const longestValue = 1_000;

/**
 * `facetFilters` of InstantSearch: `["field:value", ["field:one", "field:other"]]`, the inner lists ORed, the outer
 * one ANDed. Empty lists say nothing and are left out. A minus in front of a value is escaped by InstantSearch.
 *
 * @param knownFacet returns a field's name, and throws for one that is no facet
 * @throws {TypeError} for any other form
 */
export function readFacetFilters(
  filters: unknown,
  knownFacet: (name: string) => FacetValue['field'],
): FacetValue[][] {
  if (filters === undefined || filters === null) return [];
  const outer = typeof filters === 'string' ? [filters] : filters;
  if (!Array.isArray(outer)) throw new TypeError(wrongForm('facetFilters', filters));
  const lists = outer.map((inner: unknown) => (Array.isArray(inner) ? inner : [inner]));
  if (lists.reduce((sum, list) => sum + list.length, 0) > mostValues) {
    throw new TypeError(`facetFilters holds more than ${mostValues} values`);
  }
  return lists
    .filter((list) => list.length > 0)
    .map((list) => list.map((filter) => read(filter, knownFacet)));
}

function read(filter: unknown, knownFacet: (name: string) => FacetValue['field']): FacetValue {
  if (typeof filter !== 'string') throw new TypeError(wrongForm('facetFilters', filter));
  const colon = filter.indexOf(':');
  if (colon === -1) throw new TypeError(wrongForm('facetFilters', filter));
  const field = knownFacet(filter.slice(0, colon));
  const value = filter.slice(colon + 1);
  if (value.length > longestValue) throw new TypeError(`a value of ${field} is longer than ${longestValue}`);
  if (value.startsWith('-')) {
    throw new TypeError(
      `values cannot be excluded; for a value that starts with a minus write ${field}:\\-…`,
    );
  }
  return { field, value: value.startsWith('\\-') ? value.slice(1) : value };
}

function wrongForm(name: string, value: unknown): string {
  const shown = JSON.stringify(value)?.slice(0, 100) ?? String(value);
  return `${name} must be a list of "field:value" or of lists of them, not ${shown}`;
}
