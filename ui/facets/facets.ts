import type { IndexUiState } from 'instantsearch.js';
import { unescapeFacetValue } from 'instantsearch.js/es/lib/utils/escapeFacetValue';

/** A field whose values can be chosen: OR within, AND across. */
export interface Facet {
  /** Path in the document. */
  readonly field: string;
  /** Name in the address of the page; those of Buildhub2 are in old links and must stay. */
  readonly parameter: string;
  readonly label: string;
}

/** Shown as tabs above the results. */
export const productFacet: Facet = { field: 'source.product', parameter: 'products', label: 'Product' };

/** The facets beside the results, in their order on the page. */
export const listedFacets: readonly Facet[] = [
  { field: 'target.channel', parameter: 'channel', label: 'Channel' },
  { field: 'target.version', parameter: 'versions', label: 'Version' },
  { field: 'target.platform', parameter: 'platform', label: 'Platform' },
  { field: 'target.os', parameter: 'os', label: 'OS' },
  { field: 'target.locale', parameter: 'locale', label: 'Locale' },
  { field: 'source.tree', parameter: 'tree', label: 'Tree' },
];

/** Values of each facet that come with every search; the search within reaches all. */
export const loadedValues = 100;

export const allFacets: readonly Facet[] = [productFacet, ...listedFacets];

/** A date that can be narrowed to a range. */
export interface DateFacet extends Facet {
  readonly field: 'download.date' | 'build.date';
}

export const dateFacets: readonly DateFacet[] = [
  { field: 'download.date', parameter: 'published', label: 'Published' },
  { field: 'build.date', parameter: 'built', label: 'Built' },
];

/** The values of a field that a search is narrowed to. In InstantSearch's state a leading minus is escaped. */
export function chosenValues({ refinementList }: IndexUiState, field: string): string[] {
  return (refinementList?.[field] ?? []).map(unescapeFacetValue);
}

const numbersAware = new Intl.Collator('en', { numeric: true });

/** Order of versions with the newest first: `62.0a1`, `61.0`, `61.0b14`, `61.0b4`, `9.0`. */
export function compareVersions(one: string, other: string): number {
  return numbersAware.compare(sortable(other), sortable(one));
}

/** `61.0b4` comes before `61.0`, as the betas of a version are older than its release. */
function sortable(version: string): string {
  return version.replace(/^(\d+(?:\.\d+)*)(.*)$/, (_, numbers: string, rest: string) => {
    return `${numbers} ${rest === '' || rest === 'esr' ? `z${rest}` : rest}`;
  });
}
