import { useHitsPerPage, usePagination, useSortBy } from 'react-instantsearch';
import { indexFor, sortOrders } from './sort-orders.ts';
import { defaultPageSize, pageSizes } from './url-state.ts';

const orders = sortOrders.map((order) => ({ value: indexFor(order), label: order.label }));
const sizes = pageSizes.map((value) => ({ label: String(value), value, default: value === defaultPageSize }));

/**
 * Makes InstantSearch know that there is an order, a page and a length of a page. Whatever does so must always be
 * there: each that comes or goes makes InstantSearch search again, and what comes with an answer would do so for ever.
 */
export function SearchState() {
  useSortBy({ items: orders });
  useHitsPerPage({ items: sizes });
  usePagination();
  return null;
}
