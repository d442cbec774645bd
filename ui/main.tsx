import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { CrashBoundary } from './page/crash-boundary.tsx';
import { applyStoredTheme } from './page/theme.ts';
import './styles/index.css';

const SearchPage = lazy(async () => ({ default: (await import('./search/search-page.tsx')).SearchPage }));
const BuildPage = lazy(async () => ({ default: (await import('./build/build-page.tsx')).BuildPage }));

const OperationsPage = lazy(async () => ({
  default: (await import('./operations/operations-page.tsx')).OperationsPage,
}));

/** Every address that is no page of a build or of the operators is the search, as it was in Buildhub2. */
function Page() {
  const [, id] = /^\/builds\/([^/]+)\/?$/.exec(window.location.pathname) ?? [];
  if (/^\/operations\/?$/.test(window.location.pathname)) return <OperationsPage />;
  return id === undefined ? <SearchPage /> : <BuildPage id={decodeURIComponent(id)} />;
}

applyStoredTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <CrashBoundary>
      <Suspense>
        <Page />
      </Suspense>
    </CrashBoundary>
  </StrictMode>,
);
