import { sortOrders } from './sort-orders.ts';
import { useSortOrder } from './use-sort-order.ts';

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
