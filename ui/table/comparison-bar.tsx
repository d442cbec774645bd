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
            <button type="button" aria-label={`Do not compare ${describe(hit)}`} onClick={() => toggle(hit)}>
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
      {second ? (
        <Pushlog older={first} newer={second} />
      ) : (
        <p>Pick a second build to see what was pushed in between.</p>
      )}
      <button type="button" className="text-button" onClick={clear}>
        Clear
      </button>
    </section>
  );
}

function Pushlog({ older, newer }: { older: BuildHit; newer: BuildHit }) {
  if (!older.source?.revision || !newer.source?.revision) return <p>One of them has no revision.</p>;
  if (older.source.revision === newer.source.revision) return <p>Both are built from the same revision.</p>;
  const address = pushlogBetweenUrl(older.source, newer.source);
  if (address === undefined)
    return <p>They come from different repositories, so there is no pushlog between them.</p>;
  return (
    <a className="button primary" href={address}>
      Pushlog between them
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
