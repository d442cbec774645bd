import type { IndexUiState } from 'instantsearch.js';
import { fromRefinement } from '../facets/date-range.ts';
import { chosenValues } from '../facets/facets.ts';
import { orderOf, sortOrders } from '../search/sort-orders.ts';

/** Fields that can be chosen from, by their names in the addresses of the API. */
const names = {
  product: 'source.product',
  version: 'target.version',
  channel: 'target.channel',
  platform: 'target.platform',
  os: 'target.os',
  locale: 'target.locale',
  tree: 'source.tree',
} as const;

const dates = [
  ['download.date', 'from', 'to'],
  ['build.date', 'built_from', 'built_to'],
] as const;

/**
 * The address of a part of the API that takes a filter (`/api/export`, `/api/feed.atom`), for the search that the page
 * shows.
 *
 * @param more parameters of that part alone
 */
export function apiAddress(path: string, state: IndexUiState, more: Record<string, string> = {}): string {
  const parameters = new URLSearchParams();
  if (state.query) parameters.append('q', state.query);
  for (const [name, field] of Object.entries(names)) {
    for (const value of chosenValues(state, field)) parameters.append(name, value);
  }
  for (const [field, start, end] of dates) {
    const { from, to } = fromRefinement(state.range?.[field]);
    if (from !== undefined) parameters.append(start, new Date(from).toISOString());
    if (to !== undefined) parameters.append(end, new Date(to).toISOString());
  }
  for (const [name, value] of Object.entries(more)) parameters.append(name, value);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The parameter for the order of an export. */
export function sortParameter(state: IndexUiState): Record<string, string> {
  const order = orderOf(state.sortBy);
  return order === sortOrders[0] ? {} : { sort: order.name };
}
