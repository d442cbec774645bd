import { CloseIcon } from '../parts/icons.tsx';
import { describeRange } from './date-range.ts';
import { allFacets, dateFacets } from './facets.ts';
import { useFilters } from './use-filters.ts';

/** What narrows the search, each with a button to take it back. */
export function ActiveFilters() {
  const { valuesOf, rangeOf, removeValue, setRange, clear, isFiltered } = useFilters();
  if (!isFiltered) return null;
  const chosen = allFacets.flatMap(({ field, label }) =>
    valuesOf(field).map((value) => ({
      key: `${field}:${value}`,
      text: `${label}: ${value || '(empty)'}`,
      remove: () => removeValue(field, value),
    })),
  );
  const ranges = dateFacets.flatMap(({ field, label }) => {
    const range = rangeOf(field);
    if (range.from === undefined && range.to === undefined) return [];
    return [{ key: field, text: `${label}: ${describeRange(range)}`, remove: () => setRange(field, {}) }];
  });
  return (
    <ul className="active-filters" aria-label="Active filters">
      {[...chosen, ...ranges].map(({ key, text, remove }) => (
        <li key={key} className="chip">
          {text}
          <button type="button" aria-label={`Remove ${text}`} onClick={remove}>
            <CloseIcon />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="text-button" onClick={clear}>
          Clear all filters
        </button>
      </li>
    </ul>
  );
}
