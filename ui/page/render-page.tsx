import { type ComponentType, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CrashBoundary } from './crash-boundary.tsx';

/**
 * Shows a page that is loaded already. React's own way to load one later (`lazy`) would show it 300 ms after the
 * nothing that it has shown before.
 */
export function renderPage<Props extends object>(Page: ComponentType<Props>, props: Props): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no element with the id root');
  createRoot(root).render(
    <StrictMode>
      <CrashBoundary>
        <Page {...props} />
      </CrashBoundary>
    </StrictMode>,
  );
}
