import { useEffect, useState } from 'react';

/** A state that is undefined again some milliseconds after it was set. */
export function useExpiring<T>(milliseconds: number) {
  const [value, setValue] = useState<T>();
  useEffect(() => {
    if (value === undefined) return;
    const timer = setTimeout(() => setValue(undefined), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return [value, setValue] as const;
}
