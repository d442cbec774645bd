import { useEffect, useId, useState } from 'react';
import { useRefinementList } from 'react-instantsearch';
import { formatBuilds, formatCount } from '../format/numbers.ts';
import { ChevronIcon } from '../parts/icons.tsx';
import { hasResults } from '../search/found-builds.ts';
import { useSearch } from '../search/search-context.tsx';
import { useFailure } from '../search/search-failure.tsx';
import { compareVersions, type Facet, loadedValues } from './facets.ts';
import { useFilters } from './use-filters.ts';

const shownAtFirst = 6;

type Item = ReturnType<typeof useRefinementList>['items'][number];

interface Sortable {
  readonly isRefined: boolean;
  readonly name: string;
  readonly count: number;
}

/** Order of versions: the chosen ones, then the newest. */
function byVersionNumber(one: Sortable, other: Sortable): number {
  return Number(other.isRefined) - Number(one.isRefined) || compareVersions(one.name, other.name);
}

/** Order of all other values: the chosen ones, then the most frequent. */
function byCount(one: Sortable, other: Sortable): number {
  return (
    Number(other.isRefined) - Number(one.isRefined) ||
    other.count - one.count ||
    one.name.localeCompare(other.name, 'en')
  );
}

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
    // InstantSearch starts anew with every other function.
    sortBy: field === 'target.version' ? byVersionNumber : byCount,
  });
  const ordered = isFromSearch && field === 'target.version' ? items.toSorted(byVersion) : items;
  const shown =
    showsAll || isFromSearch ? ordered : ordered.slice(0, Math.max(shownAtFirst, valuesOf(field).length));
  const hidden = ordered.length - shown.length;
  const chosen = valuesOf(field).length;
  const search = (next: string) => {
    setText(next);
    searchForItems(next);
  };
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
            className="facet-search"
            placeholder={`Find ${label.toLowerCase()}…`}
            aria-label={`Find in ${label}`}
            maxLength={100}
            value={text}
            onChange={(event) => search(event.target.value)}
          />
        )}
        <ul className={showsAll || isFromSearch ? 'scrolls' : undefined}>
          {shown.map((item) => (
            <FacetValue
              key={item.value}
              item={item}
              onChange={() => {
                setText('');
                refine(item.value);
              }}
            />
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

function byVersion(one: Item, other: Item): number {
  return compareVersions(one.label, other.label);
}

function FacetValue({ item, onChange }: { item: Item; onChange: () => void }) {
  const id = useId();
  return (
    <li>
      <input id={id} type="checkbox" checked={item.isRefined} onChange={onChange} />
      <label htmlFor={id} title={item.label}>
        <span className="facet-value">{item.label || '(empty)'}</span>
        <span className="facet-count" aria-hidden="true">
          {formatCount(item.count)}
        </span>
        <span className="visually-hidden">, {formatBuilds(item.count)}</span>
      </label>
    </li>
  );
}
