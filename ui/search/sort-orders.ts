/** An order of the results, by its name in the address of the page. */
export interface SortOrder {
  readonly name: string;
  readonly label: string;
  readonly field: 'download.date' | 'build.date';
  readonly direction: 'ascending' | 'descending';
}

/** The first is what a search begins with. The names are Buildhub2's. */
export const sortOrders: readonly [SortOrder, ...SortOrder[]] = [
  {
    name: 'download.date_desc',
    label: 'Published, newest first',
    field: 'download.date',
    direction: 'descending',
  },
  {
    name: 'download.date_asc',
    label: 'Published, oldest first',
    field: 'download.date',
    direction: 'ascending',
  },
  { name: 'build.date_desc', label: 'Built, newest first', field: 'build.date', direction: 'descending' },
  { name: 'build.date_asc', label: 'Built, oldest first', field: 'build.date', direction: 'ascending' },
];

export const indexName = 'builds';

/** The name of the index that InstantSearch asks for, by which the API knows the order. */
export function indexFor(order: SortOrder): string {
  return order === sortOrders[0] ? indexName : `${indexName}_${order.name}`;
}

/** The order of an index name, or of a name in an address; the first for anything that is not known. */
export function orderOf(name: string | undefined): SortOrder {
  return sortOrders.find((order) => name?.endsWith(order.name)) ?? sortOrders[0];
}
