import type { ReactNode } from 'react';
import type { Loaded } from './use-loaded.ts';

interface LoadedSectionProps<T> {
  readonly title: string;
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ReactNode;
}

/** A part of the page that is fetched by itself: its failure leaves the rest as it is. */
export function LoadedSection<T>({ title, loaded, children }: LoadedSectionProps<T>) {
  return (
    <section className="section" aria-label={title} aria-busy={loaded.state === 'loading'}>
      <h2>{title}</h2>
      {loaded.state === 'loading' && <p className="soft">Loading…</p>}
      {loaded.state === 'failed' && (
        <p role="alert">
          {loaded.error.message}{' '}
          <button type="button" className="text-button" onClick={loaded.retry}>
            Try again
          </button>
        </p>
      )}
      {loaded.state === 'done' && children(loaded.value)}
    </section>
  );
}
