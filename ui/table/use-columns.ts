import { useState } from 'react';
import { type Column, columns } from './columns.tsx';

const usual = columns.filter(({ isUsual }) => isUsual).map(({ field }) => field);

/** The columns that a person has chosen, which the browser remembers. */
export function useColumns() {
  const [fields, setFields] = useStored('buildhub.columns', usual, readFields);
  return {
    shown: columns.filter(({ field }) => fields.includes(field)),
    isShown: (column: Column) => fields.includes(column.field),
    toggle({ field }: Column) {
      setFields(fields.includes(field) ? fields.filter((other) => other !== field) : [...fields, field]);
    },
    isUsual: fields.length === usual.length && usual.every((field) => fields.includes(field)),
    reset() {
      setFields(usual);
    },
  };
}

export type Columns = ReturnType<typeof useColumns>;

function readFields(stored: unknown): string[] | undefined {
  if (!Array.isArray(stored)) return undefined;
  const known = columns.map(({ field }) => field).filter((field) => stored.includes(field));
  return known.length > 0 ? known : undefined;
}

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
