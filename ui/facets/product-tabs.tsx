import { useRefinementList } from 'react-instantsearch';
import { formatBuilds, formatCount } from '../format/numbers.ts';
import { useFailure } from '../search/search-failure.tsx';
import { productFacet } from './facets.ts';
import { useFilters } from './use-filters.ts';

const { field } = productFacet;

/** One product or all of them, each with the builds that it would show. */
export function ProductTabs() {
  const { items } = useRefinementList({
    attribute: field,
    operator: 'or',
    limit: 50,
    sortBy: ['count:desc', 'name:asc'],
  });
  const { valuesOf, setValues } = useFilters();
  const isFailed = useFailure() !== undefined;
  const chosen = valuesOf(field);
  const all = items.reduce((sum, { count }) => sum + count, 0);
  // An answer that did not come has no builds to count.
  if (isFailed) return null;
  return (
    <fieldset className="product-tabs">
      <legend className="visually-hidden">Product</legend>
      <Tab
        label="All products"
        count={all}
        isChosen={chosen.length === 0}
        onChoose={() => setValues(field, [])}
      />
      {items.map(({ value, label, count }) => (
        <Tab
          key={value}
          label={label || '(empty)'}
          count={count}
          isChosen={chosen.includes(value)}
          onChoose={() => setValues(field, [value])}
        />
      ))}
    </fieldset>
  );
}

interface TabProps {
  readonly label: string;
  readonly count: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Tab({ label, count, isChosen, onChoose }: TabProps) {
  return (
    <label className="product-tab">
      <input type="radio" name="product" className="visually-hidden" checked={isChosen} onChange={onChoose} />
      <span>{label}</span>
      <span className="facet-count" aria-hidden="true">
        {formatCount(count)}
      </span>
      <span className="visually-hidden">, {formatBuilds(count)}</span>
    </label>
  );
}
