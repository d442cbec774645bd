import { readDate } from '../format/date.ts';
import { pushlogBetweenUrl } from '../links/links.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import type { Comparison } from './use-comparison.ts';

/** The builds that were picked out, and what was pushed between the two. */
export function ComparisonBar({ comparison: { builds, toggle, clear } }: { comparison: Comparison }) {
  const [first, second] = builds.toSorted((one, other) => ageOf(one) - ageOf(other));
  if (first === undefined) return null;
  return (
    <section className="comparison" aria-label="Comparison">
      <ul>
        {[first, ...(second ? [second] : [])].map((hit) => (
          <li key={hit.objectID} className="chip">
            {describe(hit)}
            <button
              type="button"
              aria-label={`Remove from comparison: ${describe(hit)}`}
              onClick={() => toggle(hit)}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
      {second ? <Pushlog older={first} newer={second} /> : <p>Pick a second build to compare.</p>}
      <button type="button" className="text-button" onClick={clear}>
        Clear
      </button>
    </section>
  );
}

function Pushlog({ older, newer }: { older: BuildHit; newer: BuildHit }) {
  if (!older.source?.revision || !newer.source?.revision) return <p>One of these builds has no revision.</p>;
  if (older.source.revision === newer.source.revision) return <p>Both builds are from the same revision.</p>;
  const address = pushlogBetweenUrl(older.source, newer.source);
  if (address === undefined)
    return <p>These builds are from different repositories, so there is no pushlog.</p>;
  return (
    <a className="button primary" href={address}>
      View pushlog
    </a>
  );
}

function describe(hit: BuildHit): string {
  return ['source.product', 'target.version', 'target.platform', 'build.id']
    .map((field) => textAt(hit, field))
    .join(' ');
}

function ageOf(hit: BuildHit): number {
  return readDate(textAt(hit, 'build.date') || textAt(hit, 'download.date')) || 0;
}
