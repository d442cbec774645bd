/** A field that the search page has a facet for: OR within one, AND across them. */
export const facetFields = [
  'source.product',
  'target.version',
  'target.channel',
  'target.platform',
  'target.os',
  'target.locale',
  'source.tree',
] as const;

/** A field that can be narrowed to a range, and that the timeline can run over. */
export const dateFields = ['download.date', 'build.date'] as const;

export type FacetField = (typeof facetFields)[number];
export type DateField = (typeof dateFields)[number];

/** What a word without a field is looked for in, with Buildhub2's weights. */
export const wordFields = [
  'source.product',
  'target.channel^1.2',
  'target.version^10',
  'target.locale^3',
  'target.platform^2',
  'build.id',
] as const;

/** The fields of {@link wordFields}, in which a hit says what matched. */
export const highlightedFields = wordFields.map((field) => field.replace(/\^.*/, ''));

/** Orders of the result; a request chooses one by the end of its `indexName`, as InstantSearch does. */
export const sortOrders = {
  'download.date_desc': { field: 'download.date', order: 'desc' },
  'download.date_asc': { field: 'download.date', order: 'asc' },
  'build.date_desc': { field: 'build.date', order: 'desc' },
  'build.date_asc': { field: 'build.date', order: 'asc' },
} as const satisfies Record<string, { field: DateField; order: 'asc' | 'desc' }>;

export type SortOrder = keyof typeof sortOrders;

export const defaultSortOrder: SortOrder = 'download.date_desc';

/** The order that an `indexName` of InstantSearch asks for: the first known one that it ends in. */
export function sortOrderOf(indexName: string): SortOrder {
  const orders = Object.keys(sortOrders) as SortOrder[];
  return orders.find((order) => indexName.endsWith(order)) ?? defaultSortOrder;
}
