import { useStored } from '../parts/use-stored.ts';
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
