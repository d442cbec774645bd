import { showLoadFailure } from './page/load-failure.ts';
import { applyStoredTheme } from './page/theme.ts';
import { startFirstSearch } from './search/first-search.ts';
import './styles/index.css';

/** Every address that is no page of a build or of the operators is the search, as it was in Buildhub2. */
async function showPage({ pathname, search }: Location): Promise<void> {
  // React is far larger than all of this, so it comes with the page while the first search is under way already.
  const render = import('./page/render-page.tsx');
  const [, id] = /^\/builds\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (id !== undefined) {
    const { BuildPage } = await import('./build/build-page.tsx');
    (await render).renderPage(BuildPage, { id: decodeURIComponent(id) });
  } else if (/^\/operations\/?$/.test(pathname)) {
    const { OperationsPage } = await import('./operations/operations-page.tsx');
    (await render).renderPage(OperationsPage, {});
  } else {
    startFirstSearch(search);
    const { SearchPage } = await import('./search/search-page.tsx');
    (await render).renderPage(SearchPage, {});
  }
}

applyStoredTheme();
// Not awaited here: the pages share modules with this one, and would wait for it in turn.
showPage(window.location).catch(showLoadFailure);
