/** An order of the results, by its name in the address of the page. */
export interface SortOrder {
  readonly name: string;
  readonly label: string;
  readonly field: 'download.date' | 'build.date';
  readonly direction: 'ascending' | 'descending';
}

/** The names are Buildhub2's. The first order is the default. */
export const sortOrders: readonly [SortOrder, ...SortOrder[]] = [
  order('download.date_desc', 'Published, newest first'),
  order('download.date_asc', 'Published, oldest first'),
  order('build.date_desc', 'Built, newest first'),
  order('build.date_asc', 'Built, oldest first'),
];

function order(name: `${SortOrder['field']}_${'asc' | 'desc'}`, label: string): SortOrder {
  const [field, direction] = name.split('_') as [SortOrder['field'], 'asc' | 'desc'];
  return { name, label, field, direction: `${direction}ending` };
}

export const indexName = 'builds';

/** The name of the index that InstantSearch requests, from which the API knows the order. */
export function indexFor(order: SortOrder): string {
  return order === sortOrders[0] ? indexName : `${indexName}_${order.name}`;
}

/** The order of an index name or of a name in an address; the default for an unknown one. */
export function orderOf(name: string | undefined): SortOrder {
  return sortOrders.find((order) => name?.endsWith(order.name)) ?? sortOrders[0];
}
