import { Component, type ReactNode } from 'react';

/** Shows that the page itself has failed, instead of nothing. */
export class CrashBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
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
          <h1>This page has a fault</h1>
          <p>{error.message}</p>
          <p className="actions">
            <button type="button" className="button primary" onClick={() => window.location.reload()}>
              Load it again
            </button>
            <a className="button" href="/">
              Start again
            </a>
          </p>
        </section>
      </main>
    );
  }
}
