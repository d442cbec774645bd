import { useEffect, useState } from 'react';
import { useRefinementList } from 'react-instantsearch';
import { formatBuilds, formatCount } from '../format/numbers.ts';
import { ChevronIcon } from '../parts/icons.tsx';
import { hasResults } from '../search/build-hit.ts';
import { useFailure, useSearch } from '../search/search-context.tsx';
import { compareVersions, type Facet, loadedValues } from './facets.ts';
import { useFilters } from './use-filters.ts';

const shownAtFirst = 6;

/** The values of one field with how many builds each would show: any of the chosen ones, and all other facets too. */
export function FacetList({ facet: { field, label } }: { facet: Facet }) {
  const [text, setText] = useState('');
  const [showsAll, setShowsAll] = useState(false);
  const { valuesOf } = useFilters();
  const { results } = useSearch();
  const failure = useFailure();
  const { items, refine, searchForItems, isFromSearch } = useRefinementList({
    attribute: field,
    operator: 'or',
    limit: loadedValues,
  });
  const ordered = field === 'target.version' ? items.toSorted(byVersion) : items;
  const chosen = valuesOf(field).length;
  const isWhole = showsAll || isFromSearch;
  const shown = isWhole ? ordered : ordered.slice(0, Math.max(shownAtFirst, chosen));
  const hidden = ordered.length - shown.length;
  // Every new result takes InstantSearch back to the usual list, while the text stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only results bring this about
  useEffect(() => {
    if (text !== '' && !isFromSearch) searchForItems(text);
  }, [results]);
  return (
    <details className="facet" open>
      <summary>
        <ChevronIcon />
        {label}
        {chosen > 0 && <span className="badge">{chosen}</span>}
      </summary>
      <fieldset>
        <legend className="visually-hidden">{label}</legend>
        {(ordered.length > shownAtFirst || text !== '') && (
          <input
            type="search"
            placeholder={`Find ${label.toLowerCase()}…`}
            aria-label={`Find in ${label}`}
            maxLength={100}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              searchForItems(event.target.value);
            }}
          />
        )}
        <ul className={isWhole ? 'scrolls' : undefined}>
          {shown.map((item) => (
            <li key={item.value}>
              <FacetValue
                item={item}
                onChange={() => {
                  setText('');
                  refine(item.value);
                }}
              />
            </li>
          ))}
        </ul>
        {ordered.length === 0 && hasResults(results) && !failure && (
          <p className="soft">{isFromSearch ? 'No value contains this text.' : 'No values.'}</p>
        )}
        {hidden > 0 && (
          <button type="button" className="text-button" onClick={() => setShowsAll(true)}>
            Show {formatCount(hidden)}
            {ordered.length >= loadedValues ? '+' : ''} more
          </button>
        )}
        {showsAll && !isFromSearch && (
          <button type="button" className="text-button" onClick={() => setShowsAll(false)}>
            Show fewer
          </button>
        )}
      </fieldset>
    </details>
  );
}

type Item = ReturnType<typeof useRefinementList>['items'][number];

/** The chosen versions first, then the newest. */
function byVersion(one: Item, other: Item): number {
  return Number(other.isRefined) - Number(one.isRefined) || compareVersions(one.label, other.label);
}

/** A value of a field, to be chosen, with how many builds it has. */
export function FacetValue({
  item: { label, count, isRefined },
  onChange,
}: {
  item: Pick<Item, 'label' | 'count' | 'isRefined'>;
  onChange: () => void;
}) {
  return (
    <label className="facet-value" title={label}>
      <input type="checkbox" checked={isRefined} onChange={onChange} />
      <span>{label || '(empty)'}</span>
      <span className="facet-count soft" aria-hidden="true">
        {formatCount(count)}
      </span>
      <span className="visually-hidden">, {formatBuilds(count)}</span>
    </label>
  );
}
