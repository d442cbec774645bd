import { useEffect, useState } from 'react';
import { getJson } from '../api/ask-api.ts';

/** What is known of something that is requested again and again. */
export interface Polled<T> {
  /** The last response; it stays while the server does not respond. */
  readonly value: T | undefined;
  /** Why the last request failed. */
  readonly problem: string | undefined;
  /** When the value arrived, in milliseconds since 1970. */
  readonly updatedAt: number | undefined;
}

/** The header that identifies an operator. */
export function withToken(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

const changed = 'buildhub-operations-changed';

/** Requests everything that is shown at once, as after an action. */
export function refreshAll(): void {
  window.dispatchEvent(new Event(changed));
}

/**
 * Requests something from the API now and every few seconds, for as long as the page can be seen.
 *
 * @param path undefined requests nothing
 * @param token of the operator, if it is private or shows more to operators
 */
export function usePolled<T>(path: string | undefined, seconds: number, token?: string): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({
    value: undefined,
    problem: undefined,
    updatedAt: undefined,
  });
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
        const value = (await getJson(path, withToken(token))) as T;
        if (isCurrent && mine === round) setPolled({ value, problem: undefined, updatedAt: Date.now() });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (isCurrent && mine === round) setPolled((before) => ({ ...before, problem }));
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
  }, [path, seconds, token]);
  return polled;
}
