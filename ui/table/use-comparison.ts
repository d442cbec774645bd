import { useState } from 'react';
import type { BuildHit } from '../search/build-hit.ts';

/** Up to two builds that a person has picked out; they stay while the search changes. */
export function useComparison() {
  const [builds, setBuilds] = useState<readonly BuildHit[]>([]);
  const has = (id: string) => builds.some(({ objectID }) => objectID === id);
  return {
    builds,
    has,
    /** The third one takes the place of the first. */
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
