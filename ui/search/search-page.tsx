import { InstantSearch } from 'react-instantsearch';
import { FacetPanel } from '../facets/facet-panel.tsx';
import { PageFooter } from '../page/page-footer.tsx';
import { TopBar } from '../page/top-bar.tsx';
import { QueryHelp } from './query-help.tsx';
import { ResultsView } from './results-view.tsx';
import { routing } from './routing.ts';
import { SearchBox } from './search-box.tsx';
import { searchClient } from './search-client.ts';
import { SearchProvider } from './search-context.tsx';
import { indexName } from './sort-orders.ts';

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
        <a className="skip-link" href="#results">
          Skip to the results
        </a>
        <TopBar>
          <SearchBox />
          <QueryHelp />
        </TopBar>
        <div className="search-page">
          <FacetPanel />
          <ResultsView />
        </div>
        <PageFooter />
      </SearchProvider>
    </InstantSearch>
  );
}
