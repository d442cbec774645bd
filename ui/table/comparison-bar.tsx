import { useState } from 'react';
import { readDate } from '../format/date.ts';
import { pushlogBetweenUrl } from '../links/links.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { type BuildHit, describe, textAt } from '../search/build-hit.ts';

/** Up to two builds that a person has picked; they stay while the search changes. */
export function useComparison() {
  const [builds, setBuilds] = useState<readonly BuildHit[]>([]);
  const has = (id: string) => builds.some(({ objectID }) => objectID === id);
  return {
    builds,
    has,
    /** A third build takes the place of the first. */
    toggle(hit: BuildHit) {
      const others = builds.filter(({ objectID }) => objectID !== hit.objectID);
      setBuilds(has(hit.objectID) ? others : [...others, hit].slice(-2));
    },
    clear() {
      setBuilds([]);
    },
  };
}

export type Comparison = ReturnType<typeof useComparison>;

const nameFields = ['source.product', 'target.version', 'target.platform', 'build.id'];

/** The picked builds, and what was pushed between the two. */
export function ComparisonBar({ comparison: { builds, toggle, clear } }: { comparison: Comparison }) {
  const picked = builds.toSorted((one, other) => ageOf(one) - ageOf(other));
  const [older, newer] = picked;
  if (older === undefined) return null;
  return (
    <section className="comparison" aria-label="Comparison">
      <ul>
        {picked.map((hit) => {
          const name = describe(hit, nameFields);
          return (
            <li key={hit.objectID} className="chip">
              {name}
              <button
                type="button"
                className="icon-button"
                aria-label={`Remove from comparison: ${name}`}
                onClick={() => toggle(hit)}
              >
                <CloseIcon />
              </button>
            </li>
          );
        })}
      </ul>
      {newer ? <Pushlog older={older} newer={newer} /> : <p>Pick a second build to compare.</p>}
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
  if (address === undefined) return <p>There is no pushlog between the repositories of these builds.</p>;
  return (
    <a className="button primary" href={address}>
      View pushlog
    </a>
  );
}

function ageOf(hit: BuildHit): number {
  return readDate(textAt(hit, 'build.date') || textAt(hit, 'download.date')) || 0;
}
