import { useRange } from 'react-instantsearch';
import { ChevronIcon } from '../parts/icons.tsx';
import { type DateRange, toDay } from './date-range.ts';
import type { DateFacet as Facet } from './facets.ts';
import { useFilters } from './use-filters.ts';

const day = 86_400_000;
const presets = [
  ['24 h', 1],
  ['7 d', 7],
  ['30 d', 30],
] as const;

/** A range of days in UTC for one of the dates. */
export function DateFacet({ facet: { field, label } }: { facet: Facet }) {
  // It only registers the field: InstantSearch sets a range only within bounds, which a date does not have.
  useRange({ attribute: field });
  const { rangeOf, setRange } = useFilters();
  const range = rangeOf(field);
  const isSet = range.from !== undefined || range.to !== undefined;
  const change = (part: keyof DateRange, text: string) => {
    const time = text === '' ? undefined : Date.parse(text) + (part === 'to' ? day - 1 : 0);
    if (Number.isNaN(time)) return;
    const { [part]: _old, ...rest } = range;
    setRange(field, time === undefined ? rest : { ...rest, [part]: time });
  };
  return (
    <details className="facet" open>
      <summary>
        <ChevronIcon />
        {label}
        {isSet && <span className="badge">1</span>}
      </summary>
      <fieldset className="dates">
        <legend className="visually-hidden">{label} (UTC)</legend>
        <label>
          <span className="soft">From</span>
          <input
            type="date"
            value={toDay(range.from)}
            onChange={(event) => change('from', event.target.value)}
          />
        </label>
        <label>
          <span className="soft">To</span>
          <input type="date" value={toDay(range.to)} onChange={(event) => change('to', event.target.value)} />
        </label>
        <p className="presets">
          <span className="soft">Last</span>
          {presets.map(([name, days]) => (
            <button
              key={name}
              type="button"
              className="text-button"
              onClick={() => setRange(field, { from: startOfHour(Date.now() - days * day) })}
            >
              <span className="visually-hidden">{label} in the last </span>
              {name}
            </button>
          ))}
        </p>
      </fieldset>
    </details>
  );
}

function startOfHour(time: number): number {
  return Math.floor(time / 3_600_000) * 3_600_000;
}
