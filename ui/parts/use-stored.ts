import { useState } from 'react';

/**
 * A choice that this browser remembers. Where it may not remember, or holds something else under that name, the choice
 * lasts as long as the page.
 *
 * @param read makes the value of what is stored; undefined for what it does not know
 */
export function useStored<T>(name: string, initial: T, read: (stored: unknown) => T | undefined) {
  const [value, setValue] = useState<T>(() => {
    try {
      return read(JSON.parse(localStorage.getItem(name) ?? 'null')) ?? initial;
    } catch {
      return initial;
    }
  });
  const store = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(name, JSON.stringify(next));
    } catch {
      // A full or forbidden store; the choice holds for this page.
    }
  };
  return [value, store] as const;
}
