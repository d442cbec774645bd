import { useEffect, useState } from 'react';
import { ApiError, getJson } from '../api/ask-api.ts';

/** The state of something that is requested repeatedly. */
export interface Polled<T> {
  /** The last response; it stays while the server does not respond. */
  readonly value?: T;
  /** Why the last request failed. */
  readonly problem?: string | undefined;
  /** The token that the API no longer accepts. */
  readonly refusedToken?: string | undefined;
  /** When the value arrived, in milliseconds since 1970. */
  readonly updatedAt?: number;
}

/** The header that identifies an operator. */
export function withToken(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

const changed = 'buildhub-operations-changed';

/** Seconds after which a failed request is repeated, however rarely one is wanted. */
const soon = 5;

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
  const [polled, setPolled] = useState<Polled<T> & { readonly path?: string }>({});
  useEffect(() => {
    if (path === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The newest request; responses to older ones are ignored.
    let round = 0;
    const poll = async () => {
      clearTimeout(timer);
      round += 1;
      const mine = round;
      const next = await getJson(path, withToken(token)).then(
        (value) => ({
          value: value as T,
          problem: undefined,
          refusedToken: undefined,
          updatedAt: Date.now(),
        }),
        (error: Error) => ({
          problem: error.message,
          refusedToken: error instanceof ApiError && error.status === 401 ? token : undefined,
        }),
      );
      if (mine !== round) return;
      setPolled((before) => ({ ...(before.path === path && before), ...next, path }));
      const wait = next.problem === undefined ? seconds : Math.min(seconds, soon);
      if (!document.hidden) timer = setTimeout(poll, wait * 1_000);
    };
    const onVisible = () => {
      if (document.hidden) clearTimeout(timer);
      else void poll();
    };
    void poll();
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener(changed, poll);
    return () => {
      // No request is the newest any more.
      round = 0;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener(changed, poll);
    };
  }, [path, seconds, token]);
  // What another path has returned would be shown as the result of this one.
  return polled.path === path ? polled : {};
}
