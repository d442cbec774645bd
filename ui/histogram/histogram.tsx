import type { Timeline } from '../../api/searchkit/timeline.ts';
import { dateFacets } from '../facets/facets.ts';
import { useFilters } from '../facets/use-filters.ts';
import { formatBuilds } from '../format/numbers.ts';
import { additionsOf, hasResults } from '../search/found-builds.ts';
import { useSearch } from '../search/search-context.tsx';
import { barLabel, labelledBars } from './bar-label.ts';
import { SpanSliders } from './span-sliders.tsx';
import { type Span, useBrush } from './use-brush.ts';

/** In pixels: of a bar at most, and of a label with its distance to the next. */
const barWidth = 56;
const labelWidth = 110;

/** Builds over time by the date that the results are in order of. Drawing over bars narrows the search to them. */
export function Histogram() {
  const { results } = useSearch();
  const { timeline } = additionsOf(results);
  if (hasResults(results) && results.nbHits === 0) return null;
  if (timeline === undefined) return <div className="histogram" aria-hidden="true" />;
  // Other bars make an unfinished drawing meaningless.
  return <Bars key={`${timeline.field} ${timeline.bars[0]?.[0]} ${timeline.end}`} timeline={timeline} />;
}

function Bars({ timeline: { field, interval, bars, end } }: { timeline: Timeline }) {
  const { rangeOf, setRange } = useFilters();
  const narrow = ({ first, last }: Span) => {
    const from = bars[first]?.[0];
    const next = bars[last + 1]?.[0] ?? end;
    if (from !== undefined) setRange(field, { from, to: next - 1 });
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
              : 'Draw over the bars to narrow the search'}
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
