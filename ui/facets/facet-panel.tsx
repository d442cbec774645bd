import { useState } from 'react';
import { FilterIcon } from '../parts/icons.tsx';
import { DateFacet } from './date-facet.tsx';
import { FacetList } from './facet-list.tsx';
import { dateFacets, listedFacets } from './facets.ts';
import { useFilters } from './use-filters.ts';

/** Everything that narrows the search. On a narrow page it is behind a button. */
export function FacetPanel() {
  const [isOpen, setOpen] = useState(false);
  const { chosen, ranges } = useFilters();
  const active = chosen.length + ranges.length;
  return (
    <aside className="facets" aria-label="Filters" data-open={isOpen}>
      <button
        type="button"
        className="button facets-toggle"
        aria-expanded={isOpen}
        aria-controls="facet-lists"
        onClick={() => setOpen(!isOpen)}
      >
        <FilterIcon />
        Filters
        {active > 0 && <span className="badge">{active}</span>}
      </button>
      <div id="facet-lists" className="facet-lists">
        {listedFacets.map((facet) => (
          <FacetList key={facet.field} facet={facet} />
        ))}
        {dateFacets.map((facet) => (
          <DateFacet key={facet.field} facet={facet} />
        ))}
      </div>
    </aside>
  );
}
