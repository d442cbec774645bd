import { type PointerEvent, useState } from 'react';
import type { Timeline } from '../../api/searchkit/timeline.ts';
import { dateFacets } from '../facets/facets.ts';
import { useFilters } from '../facets/use-filters.ts';
import { formatBuilds } from '../format/numbers.ts';
import { additionsOf, hasResults } from '../search/build-hit.ts';
import { useSearch } from '../search/search-context.tsx';

/** In pixels: the most that a bar is wide, and a label with its distance to the next. */
const barWidth = 56;
const labelWidth = 110;

/** Bars from the first to the last, both included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Builds over time by the date that the results are sorted by. Dragging over bars narrows the search to them. */
export function Histogram() {
  const { results } = useSearch();
  const { timeline } = additionsOf(results);
  if (timeline === undefined)
    return hasResults(results) ? null : <div className="histogram" aria-hidden="true" />;
  // Other bars make an unfinished drag meaningless.
  return <Bars key={`${timeline.field} ${timeline.bars[0]?.[0]} ${timeline.end}`} timeline={timeline} />;
}

function Bars({ timeline: { field, interval, bars, end } }: { timeline: Timeline }) {
  const { rangeOf, setRange } = useFilters();
  const [hovered, setHovered] = useState<number>();
  const [drawn, setDrawn] = useState<{ from: number; to: number }>();
  const span = drawn && { first: Math.min(drawn.from, drawn.to), last: Math.max(drawn.from, drawn.to) };
  const shown = span ?? (hovered === undefined ? undefined : { first: hovered, last: hovered });
  const name = dateFacets.find((facet) => facet.field === field)?.label ?? '';
  const label = (at: number) => barLabel(bars[at]?.[0] ?? end, interval);
  const countIn = ({ first, last }: Span) =>
    bars.slice(first, last + 1).reduce((total, [, count]) => total + count, 0);
  const describe = (one: Span) =>
    `${label(one.first)}${one.first === one.last ? '' : ` to ${label(one.last)}`}: ${formatBuilds(countIn(one))}`;
  const narrow = (to: Span) => {
    const from = bars[to.first]?.[0];
    const next = bars[to.last + 1]?.[0] ?? end;
    // A range without builds would lead to an empty page.
    if (from !== undefined && countIn(to) > 0) setRange(field, { from, to: next - 1 });
  };
  const barAt = ({ currentTarget, clientX }: PointerEvent<Element>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const at = Math.floor(((clientX - left) / width) * bars.length);
    return Math.min(Math.max(at, 0), bars.length - 1);
  };
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const width = { maxWidth: `${bars.length * barWidth}px` };
  const labels = Math.min(6, Math.max(1, Math.floor((bars.length * barWidth) / labelWidth)));
  return (
    <figure className="histogram" aria-label={`Builds by the time they were ${name.toLowerCase()}`}>
      <figcaption>
        <strong>
          {name} by {interval}
        </strong>
        <span className="soft hint" aria-hidden="true">
          {shown ? describe(shown) : 'Drag to zoom in'}
        </span>
        {Object.keys(rangeOf(field)).length > 0 && (
          <button type="button" className="text-button" onClick={() => setRange(field, {})}>
            All time
          </button>
        )}
      </figcaption>
      <svg
        className="plot"
        style={width}
        viewBox={`0 0 ${bars.length} 100`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrawn({ from: barAt(event), to: barAt(event) });
        }}
        onPointerMove={(event) => {
          const at = barAt(event);
          setHovered(at);
          if (drawn) setDrawn({ ...drawn, to: at });
        }}
        onPointerUp={() => {
          setDrawn(undefined);
          if (span) narrow(span);
        }}
        onPointerCancel={() => setDrawn(undefined)}
        onPointerLeave={() => setHovered(undefined)}
      >
        {shown && (
          <rect className="span" x={shown.first} y={0} width={shown.last - shown.first + 1} height={100} />
        )}
        {bars.map(([start, count], at) => {
          // A single build among thousands must still be visible.
          const height = count === 0 ? 0 : Math.max(3, (count / most) * 96);
          return (
            <rect key={start} className="bar" x={at + 0.08} y={100 - height} width={0.84} height={height} />
          );
        })}
      </svg>
      <div className="axis soft" aria-hidden="true" style={width}>
        {labelledBars(bars.length, labels).map((at) => (
          <span key={at} style={{ left: `${(at / bars.length) * 100}%` }}>
            {label(at)}
          </span>
        ))}
      </div>
      <SpanSliders
        count={bars.length}
        describe={(at) => describe({ first: at, last: at })}
        onMove={(moved) => setDrawn(moved && { from: moved.first, to: moved.last })}
        onApply={narrow}
      />
    </figure>
  );
}

/** The time of a bar: `2026`, `2026-03`, `2026-03-02` or `2026-03-02 06:00 UTC`, as precise as the bars are. */
export function barLabel(start: number, interval: string): string {
  const text = new Date(start).toISOString();
  const year = text.startsWith('+') || text.startsWith('-') ? 7 : 4;
  if (/year|decade|century|millennium/.test(interval)) return text.slice(0, year);
  if (/month|quarter/.test(interval)) return text.slice(0, year + 3);
  if (/hour/.test(interval)) return `${text.slice(0, year + 12).replace('T', ' ')} UTC`;
  return text.slice(0, year + 6);
}

/** Places of labels below the bars, as many as fit, evenly spread. */
export function labelledBars(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}

interface SpanSlidersProps {
  readonly count: number;
  /** A bar in words, for people who hear it. */
  readonly describe: (bar: number) => string;
  /** Shows the chosen bars; undefined once nothing is being chosen. */
  readonly onMove: (span: Span | undefined) => void;
  readonly onApply: (span: Span) => void;
}

/** The same as dragging over the bars, by keyboard; they appear when they have the focus. */
function SpanSliders({ count, describe, onMove, onApply }: SpanSlidersProps) {
  const [chosen, setChosen] = useState<Span>({ first: 0, last: count - 1 });
  const choose = (span: Span) => {
    setChosen(span);
    onMove(span);
  };
  const sliders = [
    ['First bar', chosen.first, (at: number) => ({ first: at, last: Math.max(at, chosen.last) })],
    ['Last bar', chosen.last, (at: number) => ({ first: Math.min(at, chosen.first), last: at })],
  ] as const;
  return (
    <form
      className="span-sliders"
      onBlur={() => onMove(undefined)}
      onSubmit={(event) => {
        event.preventDefault();
        onApply(chosen);
      }}
    >
      {sliders.map(([name, value, spanTo]) => (
        <input
          key={name}
          type="range"
          aria-label={name}
          aria-valuetext={describe(value)}
          min={0}
          max={count - 1}
          value={value}
          onFocus={() => onMove(chosen)}
          onChange={(event) => choose(spanTo(event.target.valueAsNumber))}
        />
      ))}
      <button type="submit" className="button">
        Zoom in
      </button>
    </form>
  );
}
