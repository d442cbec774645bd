import { type PointerEvent, useState } from 'react';
import type { Timeline } from '../../api/searchkit/timeline.ts';
import { dateFacets } from '../facets/facets.ts';
import { useFilters } from '../facets/use-filters.ts';
import { formatBuilds } from '../format/numbers.ts';
import { additionsOf, hasResults } from '../search/found-builds.ts';
import { useSearch } from '../search/search-context.tsx';

/** In pixels: of a bar at most, and of a label with its distance to the next. */
const barWidth = 56;
const labelWidth = 110;

/** Builds over time by the date that the results are in order of. Drawing over bars narrows the search to them. */
export function Histogram() {
  const { results } = useSearch();
  const { timeline } = additionsOf(results);
  if (timeline === undefined)
    return hasResults(results) ? null : <div className="histogram" aria-hidden="true" />;
  // Other bars make an unfinished drawing meaningless.
  return <Bars key={`${timeline.field} ${timeline.bars[0]?.[0]} ${timeline.end}`} timeline={timeline} />;
}

function Bars({ timeline: { field, interval, bars, end } }: { timeline: Timeline }) {
  const { rangeOf, setRange } = useFilters();
  const narrow = ({ first, last }: Span) => {
    const from = bars[first]?.[0];
    const next = bars[last + 1]?.[0] ?? end;
    // A range without builds would lead to an empty page.
    if (from !== undefined && sum(bars, { first, last }) > 0) setRange(field, { from, to: next - 1 });
  };
  const { hovered, span, handlers } = useBrush(bars.length, narrow);
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const name = dateFacets.find((facet) => facet.field === field)?.label ?? '';
  const label = (at: number) => barLabel(bars[at]?.[0] ?? end, interval);
  // A handful of bars would else be as wide as doors.
  const width = { maxWidth: `${bars.length * barWidth}px` };
  const labels = Math.min(6, Math.max(1, Math.floor((bars.length * barWidth) / labelWidth)));
  const isNarrowed = Object.keys(rangeOf(field)).length > 0;
  const pointed = hovered === undefined ? undefined : bars[hovered];
  const shown = span ?? (hovered === undefined ? undefined : { first: hovered, last: hovered });
  return (
    <figure className="histogram" aria-label={`Builds by the time they were ${name.toLowerCase()}`}>
      <figcaption>
        <span>
          {name} by {interval}
        </span>
        <span className="soft hint" aria-hidden="true">
          {span
            ? `${label(span.first)} to ${label(span.last)}: ${formatBuilds(sum(bars, span))}`
            : pointed && hovered !== undefined
              ? `${label(hovered)}: ${formatBuilds(pointed[1])}`
              : 'Drag to zoom in'}
        </span>
        {isNarrowed && (
          <button type="button" className="text-button" onClick={() => setRange(field, {})}>
            All time
          </button>
        )}
      </figcaption>
      <div className="plot" style={width} {...handlers}>
        <svg
          viewBox={`0 0 ${bars.length} 100`}
          preserveAspectRatio="none"
          aria-hidden="true"
          focusable="false"
        >
          {shown && (
            <rect className="span" x={shown.first} y={0} width={shown.last - shown.first + 1} height={100} />
          )}
          {bars.map(([start, count], at) => {
            // A single build among thousands must still be seen.
            const height = count === 0 ? 0 : Math.max(3, (count / most) * 96);
            return (
              <rect key={start} className="bar" x={at + 0.08} y={100 - height} width={0.84} height={height} />
            );
          })}
        </svg>
      </div>
      <div className="axis" aria-hidden="true" style={width}>
        {labelledBars(bars.length, labels).map((at) => (
          <span key={at} style={{ left: `${(at / bars.length) * 100}%` }}>
            {label(at)}
          </span>
        ))}
      </div>
      <SpanSliders
        count={bars.length}
        describe={(at) => `${label(at)}, ${formatBuilds(bars[at]?.[1] ?? 0)}`}
        onApply={narrow}
      />
    </figure>
  );
}

function sum(bars: Timeline['bars'], { first, last }: Span): number {
  return bars.slice(first, last + 1).reduce((total, [, count]) => total + count, 0);
}

/** A bar's time for people: `2026`, `2026-03`, `2026-03-02`, `2026-03-02 06:00`, in UTC, as fine as the bars are. */
export function barLabel(start: number, interval: string): string {
  const text = new Date(start).toISOString();
  const year = text.startsWith('+') || text.startsWith('-') ? 7 : 4;
  if (/year|decade|century|millennium/.test(interval)) return text.slice(0, year);
  if (/month|quarter/.test(interval)) return text.slice(0, year + 3);
  if (/hour/.test(interval)) return text.slice(0, year + 12).replace('T', ' ');
  return text.slice(0, year + 6);
}

/** Places of labels below the bars, as many as fit, evenly spread. */
export function labelledBars(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}

/** Bars from the first to the last, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Lets a person draw over bars; a click is a span of one bar. */
export function useBrush(count: number, onDrawn: (span: Span) => void) {
  const [hovered, setHovered] = useState<number>();
  const [drawn, setDrawn] = useState<{ from: number; to: number }>();
  const barAt = (event: PointerEvent<Element>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * count);
    return Math.min(Math.max(at, 0), count - 1);
  };
  return {
    hovered,
    span: drawn && { first: Math.min(drawn.from, drawn.to), last: Math.max(drawn.from, drawn.to) },
    handlers: {
      onPointerDown(event: PointerEvent<Element>) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrawn({ from: barAt(event), to: barAt(event) });
      },
      onPointerMove(event: PointerEvent<Element>) {
        const at = barAt(event);
        setHovered(at);
        if (drawn) setDrawn({ ...drawn, to: at });
      },
      onPointerUp(event: PointerEvent<Element>) {
        if (!drawn) return;
        const to = barAt(event);
        setDrawn(undefined);
        onDrawn({ first: Math.min(drawn.from, to), last: Math.max(drawn.from, to) });
      },
      onPointerCancel: () => setDrawn(undefined),
      onPointerLeave: () => setHovered(undefined),
    },
  };
}

interface SpanSlidersProps {
  readonly count: number;
  /** What a bar stands for, for people who hear it. */
  readonly describe: (bar: number) => string;
  readonly onApply: (span: Span) => void;
}

/** The same as drawing over the bars, by keyboard; they show once they have the focus. */
export function SpanSliders({ count, describe, onApply }: SpanSlidersProps) {
  const [first, setFirst] = useState(0);
  const [last, setLast] = useState(count - 1);
  return (
    <form
      className="span-sliders"
      onSubmit={(event) => {
        event.preventDefault();
        onApply({ first, last });
      }}
    >
      <input
        type="range"
        aria-label="First bar"
        aria-valuetext={describe(first)}
        min={0}
        max={count - 1}
        value={first}
        onChange={(event) => {
          setFirst(event.target.valueAsNumber);
          setLast(Math.max(last, event.target.valueAsNumber));
        }}
      />
      <input
        type="range"
        aria-label="Last bar"
        aria-valuetext={describe(last)}
        min={0}
        max={count - 1}
        value={last}
        onChange={(event) => {
          setLast(event.target.valueAsNumber);
          setFirst(Math.min(first, event.target.valueAsNumber));
        }}
      />
      <button type="submit" className="button">
        Zoom in
      </button>
    </form>
  );
}
