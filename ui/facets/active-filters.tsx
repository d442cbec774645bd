import { CloseIcon } from '../parts/icons.tsx';
import { describeRange } from './date-range.ts';
import { useFilters } from './use-filters.ts';

/** What narrows the search, each with a button to remove it. */
export function ActiveFilters() {
  const { chosen, ranges, valuesOf, setValues, setRange, clear, isFiltered } = useFilters();
  if (!isFiltered) return null;
  const chips = [
    ...chosen.map(({ facet: { field, label }, value }) => ({
      text: `${label}: ${value || '(empty)'}`,
      remove: () =>
        setValues(
          field,
          valuesOf(field).filter((other) => other !== value),
        ),
    })),
    ...ranges.map(({ facet: { field, label }, range }) => ({
      text: `${label}: ${describeRange(range)}`,
      remove: () => setRange(field, {}),
    })),
  ];
  return (
    <ul className="active-filters" aria-label="Active filters">
      {chips.map(({ text, remove }) => (
        <li key={text} className="chip">
          {text}
          <button type="button" className="icon-button" aria-label={`Remove ${text}`} onClick={remove}>
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
