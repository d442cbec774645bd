import type { IndexUiState, UiState } from 'instantsearch.js';
import { history } from 'instantsearch.js/es/lib/routers';
import { InstantSearch } from 'react-instantsearch';
import { FacetPanel } from '../facets/facet-panel.tsx';
import { allFacets, chosenValues } from '../facets/facets.ts';
import { PageFrame } from '../page/page-frame.tsx';
import { QueryHelp } from './query-help.tsx';
import { ResultsView } from './results-view.tsx';
import { SearchBox } from './search-box.tsx';
import { searchClient } from './search-client.ts';
import { SearchProvider } from './search-context.tsx';
import { indexName } from './sort-orders.ts';
import { fromAddress, toAddress } from './url-state.ts';

/** The page that searches builds. Its state is all in its address. */
export function SearchPage() {
  return (
    <InstantSearch
      indexName={indexName}
      searchClient={searchClient}
      routing={routing}
      future={{ preserveSharedStateOnUnmount: true }}
    >
      <SearchProvider>
        <PageFrame
          skip={['Skip to results', 'results']}
          bar={
            <>
              <SearchBox />
              <QueryHelp />
            </>
          }
        >
          <div className="search-page">
            <FacetPanel />
            <ResultsView />
          </div>
        </PageFrame>
      </SearchProvider>
    </InstantSearch>
  );
}

const router = history<IndexUiState>({
  cleanUrlOnDispose: false,
  writeDelay: 300,
  windowTitle: titleOf,
  parseURL: ({ location }) => fromAddress(location.search),
  createURL({ routeState, location }) {
    const address = toAddress(routeState);
    // An address in another spelling stays as it came, or loading it would add a step to the history.
    if (address === toAddress(fromAddress(location.search))) return location.href;
    return new URL(`/${address}`, location.origin).href;
  },
});
const { write } = router;
// Else what a person changes within `writeDelay` after the back button would not reach the address.
router.write = (state) => {
  Object.assign(router, { inPopState: false });
  write.call(router, state);
};

/** Keeps the state of the search in the address of the page, for links and the back button. */
export const routing = {
  router,
  stateMapping: {
    stateToRoute: (state: UiState) => state[indexName] ?? {},
    routeToState: (route: IndexUiState): UiState => ({ [indexName]: route }),
  },
};

function titleOf(state: IndexUiState): string {
  const words = [state.query, ...allFacets.flatMap(({ field }) => chosenValues(state, field))].filter(
    Boolean,
  );
  return words.length === 0 ? 'Buildhub' : `${words.join(' ').slice(0, 80)} – Buildhub`;
}
