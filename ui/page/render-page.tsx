import { Component, type ComponentType, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

/** Shows a page that is loaded already. React's `lazy` would delay it by 300 ms, because it shows nothing before. */
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

/** Shows that the page has crashed, instead of nothing. */
class CrashBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <main>
        <section className="message failure" role="alert">
          <h1>This page has crashed</h1>
          <p>{error.message}</p>
          <p className="actions">
            <button type="button" className="button primary" onClick={() => window.location.reload()}>
              Reload
            </button>
            <a className="button" href="/">
              Back to search
            </a>
          </p>
        </section>
      </main>
    );
  }
}
