import { applyStoredTheme } from './page/theme.ts';
import { startFirstSearch } from './search/first-search.ts';
import './styles/base.css';
import './styles/controls.css';
import './styles/page.css';
import './styles/builds.css';
import './styles/modes.css';

/** Every address without a page of its own is the search, as in Buildhub2. */
async function showPage({ pathname, search }: Location): Promise<void> {
  // React is far larger than all of this, so it loads with the page while the first search is under way already.
  const render = import('./page/render-page.tsx');
  const [, id] = /^\/builds\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (id !== undefined) {
    const { BuildPage } = await import('./build-page/build-page.tsx');
    (await render).renderPage(BuildPage, { id: decode(id) });
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

/** Part of a path as text; as it is, if it is not encoded correctly. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

applyStoredTheme();
// Not awaited here: the pages share modules with this one, and would wait for it in turn.
showPage(window.location).catch((error: unknown) => {
  console.error(error);
  document.getElementById('load-failure')?.classList.add('shown');
});
