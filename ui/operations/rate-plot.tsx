import { useState } from 'react';
import type { IngestionRate } from '../../api/operations/rate-route.ts';
import { formatDate } from '../format/date.ts';
import { formatBuilds, formatCount, formatSeconds } from '../format/numbers.ts';
import { Problem } from './action.tsx';
import { usePolled } from './use-polled.ts';

const spans = { hour: 'Last hour', day: 'Last day', week: 'Last week', month: 'Last 30 days' } as const;

type Span = keyof typeof spans;
type Bucket = IngestionRate['buckets'][number];

/** How many builds came in, and how late, over time. */
export function RatePlot() {
  const [span, setSpan] = useState<Span>('hour');
  const { value, problem } = usePolled<IngestionRate>(`/api/operations/rate?span=${span}`, 15);
  return (
    <section className="section" aria-labelledby="rate" data-stale={problem !== undefined}>
      <div className="section-head">
        <h2 id="rate">Ingestion</h2>
        <select aria-label="Time" value={span} onChange={(event) => setSpan(event.target.value as Span)}>
          {Object.entries(spans).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <Problem of={problem} />
      {value && <Plots rate={value} />}
    </section>
  );
}

function Plots({ rate: { buckets, bucket_seconds: seconds } }: { rate: IngestionRate }) {
  const each = seconds === 60 ? 'minute' : formatSeconds(seconds);
  const total = buckets.reduce((sum, { builds }) => sum + builds, 0);
  const lags = buckets.flatMap(({ lag_p95_seconds: lag }) => lag ?? []);
  return (
    <figure className="rate-plots">
      <figcaption className={total === 0 ? 'soft none' : 'soft'}>
        {total === 0 ? 'No builds were ingested.' : formatBuilds(total)}
        {total > 0 &&
          lags.length > 0 &&
          `; 95% searchable within ${formatSeconds(Math.max(...lags))} of the S3 event`}
      </figcaption>
      <Bars
        title={`Builds per ${each}`}
        buckets={buckets}
        height={({ builds }) => builds}
        format={formatCount}
      />
      <Bars
        title="Time from S3 event to searchable: median and 95th percentile"
        buckets={buckets}
        height={({ lag_p50_seconds: median }) => median ?? 0}
        behind={({ lag_p95_seconds: slowest }) => slowest ?? 0}
        format={formatSeconds}
      />
      <div className="axis soft" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75].map((share) => {
          const { start = '' } = buckets[Math.floor(share * buckets.length)] ?? {};
          return <span key={share}>{seconds < 3_600 ? start.slice(11, 16) : start.slice(5, 10)}</span>;
        })}
        <span>now (UTC)</span>
      </div>
    </figure>
  );
}

interface BarsProps {
  readonly title: string;
  readonly buckets: readonly Bucket[];
  readonly height: (bucket: Bucket) => number;
  /** A second, paler bar behind each. */
  readonly behind?: (bucket: Bucket) => number;
  readonly format: (value: number) => string;
}

/** Bars over time; the browser shows the figures of the one under the pointer. */
function Bars({ title, buckets, height, behind = () => 0, format }: BarsProps) {
  const most = Math.max(0, ...buckets.flatMap((bucket) => [height(bucket), behind(bucket)]));
  // A single build among thousands must still be seen.
  const share = (value: number) => (value === 0 || most === 0 ? 0 : Math.max(3, (value / most) * 100));
  const bar = (at: number, value: number, className: string) => (
    <rect className={className} x={at + 0.08} y={100 - share(value)} width={0.84} height={share(value)} />
  );
  return (
    <div className="rate-plot">
      <p className="soft">
        <span>{title}</span>
        <span>{most > 0 ? `up to ${format(most)}` : 'none'}</span>
      </p>
      <svg
        className="plot"
        viewBox={`0 0 ${buckets.length} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}, up to ${format(most)}`}
      >
        {buckets.map((bucket, at) => (
          <g key={bucket.start}>
            <title>{describe(bucket)}</title>
            <rect className="hover" x={at} y={0} width={1} height={100} />
            {bar(at, behind(bucket), 'bar behind')}
            {bar(at, height(bucket), 'bar')}
          </g>
        ))}
      </svg>
    </div>
  );
}

function describe({ start, builds, lag_p50_seconds: p50, lag_p95_seconds: p95 }: Bucket): string {
  const lag =
    p50 === null || p95 === null
      ? ''
      : `; searchable after ${formatSeconds(p50)} (median), ${formatSeconds(p95)} (95th percentile)`;
  return `${formatDate(start)}: ${formatBuilds(builds)}${lag}`;
}
