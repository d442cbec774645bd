import { useEffect, useState } from 'react';
import { getJson } from '../api/ask-api.ts';

/** What is known of something that is asked for again and again. */
export interface Polled<T> {
  /** The last answer; it stays while the server does not answer. */
  readonly value: T | undefined;
  /** Why the last question had no answer. */
  readonly problem: string | undefined;
}

const changed = 'buildhub-operations-changed';

/** Asks at once for everything that is shown, as after an action. */
export function refreshAll(): void {
  window.dispatchEvent(new Event(changed));
}

/**
 * Asks the API now and every few seconds, for as long as the page can be seen.
 *
 * @param path undefined asks nothing
 */
export function usePolled<T>(path: string | undefined, seconds: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, problem: undefined });
  useEffect(() => {
    if (path === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    let round = 0;
    const ask = async () => {
      clearTimeout(timer);
      round += 1;
      const mine = round;
      try {
        const value = (await getJson(path)) as T;
        if (isCurrent && mine === round) setPolled({ value, problem: undefined });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (isCurrent && mine === round) setPolled(({ value }) => ({ value, problem }));
      }
      if (isCurrent && mine === round && !document.hidden)
        timer = setTimeout(() => void ask(), seconds * 1_000);
    };
    const onVisible = () => {
      if (document.hidden) clearTimeout(timer);
      else void ask();
    };
    const onChange = () => void ask();
    void ask();
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener(changed, onChange);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener(changed, onChange);
    };
  }, [path, seconds]);
  return polled;
}
