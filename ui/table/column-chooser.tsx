import { useState, useSyncExternalStore } from 'react';
import { ColumnsIcon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { type Column, columns } from './columns.tsx';

export function ColumnChooser({ chosen }: { chosen: Columns }) {
  return (
    <Menu label="Columns" icon={<ColumnsIcon />}>
      <fieldset className="choices">
        <legend className="visually-hidden">Columns</legend>
        {columns.map((column) => (
          <label key={column.field}>
            <input
              type="checkbox"
              checked={chosen.shown.includes(column)}
              disabled={chosen.shown.includes(column) && chosen.shown.length === 1}
              onChange={() => chosen.toggle(column)}
            />
            {column.label}
          </label>
        ))}
      </fieldset>
      {!chosen.isUsual && (
        <button type="button" className="text-button" onClick={chosen.reset}>
          Reset columns
        </button>
      )}
    </Menu>
  );
}

const narrow = window.matchMedia('(max-width: 720px)');

/** The columns that a person has chosen, which the browser remembers; another choice applies to narrow pages. */
export function useColumns() {
  const isNarrow = useSyncExternalStore(
    (onChange) => {
      narrow.addEventListener('change', onChange);
      return () => narrow.removeEventListener('change', onChange);
    },
    () => narrow.matches,
  );
  const name = isNarrow ? 'buildhub.columns.narrow' : 'buildhub.columns';
  // The browser may refuse to store anything. Then a choice lasts as long as the page.
  const [choices, setChoices] = useState<Readonly<Record<string, readonly string[] | undefined>>>({});
  const usual = columns.filter((column) => column.usual === 'always' || (column.usual && !isNarrow));
  const fields = choices[name] ?? readFields(name);
  const chosen = columns.filter(({ field }) => fields.includes(field));
  const shown = chosen.length > 0 ? chosen : usual;
  const choose = (next: readonly Column[]) => {
    const nextFields = next.map(({ field }) => field);
    setChoices({ ...choices, [name]: nextFields });
    try {
      localStorage.setItem(name, JSON.stringify(nextFields));
    } catch {}
  };
  return {
    shown,
    isNarrow,
    toggle(column: Column) {
      choose(shown.includes(column) ? shown.filter((other) => other !== column) : [...shown, column]);
    },
    isUsual: shown.length === usual.length && usual.every((column) => shown.includes(column)),
    reset() {
      choose(usual);
    },
  };
}

export type Columns = ReturnType<typeof useColumns>;

/** What is stored under a name, if it is a list. */
function readFields(name: string): readonly unknown[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}
