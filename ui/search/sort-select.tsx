import { useSortBy } from 'react-instantsearch';
import { indexFor, orderOf, sortOrders } from './sort-orders.ts';

const items = sortOrders.map((order) => ({ value: indexFor(order), label: order.label }));

/** The order of the results, and how to change it. */
export function useSortOrder() {
  const { currentRefinement, refine } = useSortBy({ items });
  return {
    order: orderOf(currentRefinement),
    sortBy(name: string) {
      refine(indexFor(orderOf(name)));
    },
  };
}

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
