import { useSearch } from './search-context.tsx';
import { indexFor, orderOf, sortOrders } from './sort-orders.ts';

/** Which order the results have. */
export function SortSelect() {
  const { order, sortBy } = useSortOrder();
  return (
    <label className="select">
      <span className="visually-hidden">Sort by</span>
      <select value={order.name} onChange={(event) => sortBy(event.target.value)}>
        {sortOrders.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The order of the results, and how to change it, which goes back to the first page. */
export function useSortOrder() {
  const { indexUiState, setIndexUiState } = useSearch();
  return {
    order: orderOf(indexUiState.sortBy),
    /** @param name of an order, as in the address of the page */
    sortBy(name: string) {
      setIndexUiState(({ page: _page, ...state }) => ({ ...state, sortBy: indexFor(orderOf(name)) }));
    },
  };
}
