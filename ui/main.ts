import { applyStoredTheme } from './page/theme.ts';
import { startFirstSearch } from './search/first-search.ts';
import './styles/index.css';

/** Every address without a page of its own is the search, as in Buildhub2. */
async function showPage({ pathname, search }: Location): Promise<void> {
  // React is far larger than all of this, so it comes with the page while the first search is under way already.
  const render = import('./page/render-page.tsx');
  const [, id] = /^\/builds\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (id !== undefined) {
    const { BuildPage } = await import('./build-page/build-page.tsx');
    (await render).renderPage(BuildPage, { id: decodeURIComponent(id) });
  } else if (/^\/operations\/?$/.test(pathname)) {
    const { OperationsPage } = await import('./operations/operations-page.tsx');
    (await render).renderPage(OperationsPage, {});
  } else if (/^\/api\/docs\/?$/.test(pathname)) {
    const { ApiDocsPage } = await import('./api-docs/api-docs-page.tsx');
    (await render).renderPage(ApiDocsPage, {});
  } else if (/^\/docs(\/|$)/.test(pathname)) {
    const { DocsPage } = await import('./docs/docs-page.tsx');
    (await render).renderPage(DocsPage, { name: pathname.split('/')[2] || 'README' });
  } else {
    startFirstSearch(search);
    const { SearchPage } = await import('./search/search-page.tsx');
    (await render).renderPage(SearchPage, {});
  }
}

applyStoredTheme();
// Not awaited here: the pages share modules with this one, and would wait for it in turn.
showPage(window.location).catch(showLoadFailure);

/**
 * Says that a part of the page did not arrive, without any of it: the network is down, or the HTML was cached from a
 * version whose files are gone, which loading it again gets over.
 */
export function showLoadFailure(error: unknown): void {
  const message = document.createElement('section');
  message.className = 'message failure';
  message.role = 'alert';
  const title = document.createElement('h1');
  title.textContent = 'This page could not be loaded';
  const reason = document.createElement('p');
  reason.textContent = error instanceof Error ? error.message : String(error);
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'button primary';
  again.textContent = 'Reload';
  again.addEventListener('click', () => window.location.reload());
  message.append(title, reason, again);
  const main = document.createElement('main');
  document.getElementById('root')?.replaceChildren(main);
  main.append(message);
}
