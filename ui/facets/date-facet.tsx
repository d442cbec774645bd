import { useEffect, useRef, useState } from 'react';
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
        <Day label="From" day={toDay(range.from)} onChange={(text) => change('from', text)} />
        <Day label="To" day={toDay(range.to)} onChange={(text) => change('to', text)} />
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

/**
 * A day that can be typed part by part. The search has it a moment later, and Chrome forgets what was typed in a part of
 * the date whenever the value is set.
 */
function Day({ label, day, onChange }: { label: string; day: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(day);
  const searched = useRef(day);
  // The day also changes by the back button, a preset or a reset.
  useEffect(() => {
    if (day === searched.current) return;
    searched.current = day;
    setText(day);
  }, [day]);
  return (
    <label>
      <span className="soft">{label}</span>
      <input
        type="date"
        max="9999-12-31"
        value={text}
        onChange={({ target: { value } }) => {
          setText(value);
          // 2026 is typed as the years 2, 20 and 202 first.
          if (value !== '' && value < '1000') return;
          searched.current = value;
          onChange(value);
        }}
      />
    </label>
  );
}

function startOfHour(time: number): number {
  return Math.floor(time / 3_600_000) * 3_600_000;
}
