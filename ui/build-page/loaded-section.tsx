import { type ReactNode, useEffect, useState } from 'react';

interface LoadedSectionProps<T> {
  readonly title: string;
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ReactNode;
}

/** A part of the page that is fetched separately: if it fails, the rest stays. */
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

type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: Error; readonly retry: () => void }
  | { readonly state: 'done'; readonly value: T };

/**
 * Fetches something when the page shows it, and again when its name changes.
 *
 * @param name says what is fetched; the same name is the same thing
 */
export function useLoaded<T>(name: string, fetchIt: () => Promise<T>): Loaded<T> {
  const [attempt, setAttempt] = useState(0);
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the function
  useEffect(() => {
    let isCurrent = true;
    setLoaded({ state: 'loading' });
    fetchIt().then(
      (value) => isCurrent && setLoaded({ state: 'done', value }),
      (error: unknown) => {
        const retry = () => setAttempt(attempt + 1);
        const known = error instanceof Error ? error : new Error(String(error));
        if (isCurrent) setLoaded({ state: 'failed', error: known, retry });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [name, attempt]);
  return loaded;
}
