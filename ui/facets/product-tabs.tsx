import { useRefinementList } from 'react-instantsearch';
import { useFailure } from '../search/search-context.tsx';
import { FacetValue } from './facet-list.tsx';
import { productFacet } from './facets.ts';
import { useFilters } from './use-filters.ts';

const { field } = productFacet;

/** All products or some of them, each with the builds that it would show. */
export function ProductTabs() {
  const { items, refine } = useRefinementList({
    attribute: field,
    operator: 'or',
    limit: 50,
    sortBy: ['count:desc', 'name:asc'],
  });
  const { valuesOf, setValues } = useFilters();
  const isFailed = useFailure() !== undefined;
  const isAll = valuesOf(field).length === 0;
  const count = items.reduce((sum, item) => sum + item.count, 0);
  // A failed search has no builds to count.
  if (isFailed) return null;
  return (
    <fieldset className="product-tabs">
      <legend className="visually-hidden">Product</legend>
      <FacetValue
        item={{ label: 'All products', count, isRefined: isAll }}
        onChange={() => setValues(field, [])}
      />
      {items.map((item) => (
        <FacetValue key={item.value} item={item} onChange={() => refine(item.value)} />
      ))}
    </fieldset>
  );
}
