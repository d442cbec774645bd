import { useEffect, useState } from 'react';
import { useInstantSearchContext, useRefinementList } from 'react-instantsearch';
import { formatBuilds, formatCount } from '../format/numbers.ts';
import { ChevronIcon } from '../parts/icons.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
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
  const { items, refine } = useRefinementList({ attribute: field, operator: 'or', limit: loadedValues });
  const found = useFound(field, text);
  const listed = found?.items ?? items;
  const ordered = field === 'target.version' ? listed.toSorted(byVersion) : listed;
  const chosen = valuesOf(field).length;
  const isWhole = showsAll || found !== undefined;
  const shown = isWhole ? ordered : ordered.slice(0, Math.max(shownAtFirst, chosen));
  const hidden = ordered.length - shown.length;
  const keptFocus = useKeptFocus<HTMLDetailsElement>();
  return (
    <details className="facet" open {...keptFocus}>
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
            onChange={(event) => setText(event.target.value)}
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
          <p className="soft">{found?.problem ?? (found ? 'No value contains this text.' : 'No values.')}</p>
        )}
        {(hidden > 0 || (showsAll && !found)) && (
          <button type="button" className="text-button" onClick={() => setShowsAll(!showsAll)}>
            {showsAll
              ? 'Show fewer'
              : `Show ${formatCount(hidden)}${ordered.length >= loadedValues ? '+' : ''} more`}
          </button>
        )}
      </fieldset>
    </details>
  );
}

type Item = Pick<
  ReturnType<typeof useRefinementList>['items'][number],
  'value' | 'label' | 'count' | 'isRefined'
>;

interface Found {
  readonly items: readonly Item[];
  /** Why they could not be searched. */
  readonly problem?: string;
}

/**
 * The values of a field that contain a text, of all that the search has; undefined without a text, and before the first
 * response. InstantSearch's own function for it shows responses in the order in which they arrive, and no failure.
 */
function useFound(field: string, text: string): Found | undefined {
  const search = useInstantSearchContext();
  const { results } = useSearch();
  const [found, setFound] = useState<Found>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: new results have other values
  useEffect(() => {
    if (text === '') return setFound(undefined);
    let isCurrent = true;
    const show = (next: Found) => isCurrent && setFound(next);
    search.mainIndex
      .getHelper()
      ?.searchForFacetValues(field, text, loadedValues)
      .then(
        ({ facetHits }) =>
          show({ items: facetHits.map((hit) => ({ ...hit, value: hit.escapedValue, label: hit.value })) }),
        (error: Error) => show({ items: [], problem: error.message }),
      )
      // InstantSearch waits for this request too before it says that nothing is searched any more.
      .finally(() => search.scheduleRender(search.status !== 'error'));
    return () => {
      isCurrent = false;
    };
  }, [results, text]);
  return text === '' ? undefined : found;
}

/** The chosen versions first, then the newest. */
function byVersion(one: Item, other: Item): number {
  return Number(other.isRefined) - Number(one.isRefined) || compareVersions(one.label, other.label);
}

/** A value of a field, to be chosen, with how many builds it has. */
export function FacetValue({
  item: { label, count, isRefined },
  onChange,
}: {
  item: Omit<Item, 'value'>;
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
