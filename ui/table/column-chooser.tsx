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
      <button type="button" className="text-button" onClick={chosen.reset}>
        Reset columns
      </button>
    </Menu>
  );
}

const narrow = window.matchMedia('(max-width: 720px)');
const full = window.matchMedia('(min-width: 1440px)');

function useMedia(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (onChange) => {
      query.addEventListener('change', onChange);
      return () => query.removeEventListener('change', onChange);
    },
    () => query.matches,
  );
}

/** The columns that a person has chosen, which the browser remembers; another choice applies to narrow pages. */
export function useColumns() {
  const isNarrow = useMedia(narrow);
  const isFull = useMedia(full);
  const fitting: readonly unknown[] = ['narrow', ...(isNarrow ? [] : ['wide']), ...(isFull ? ['full'] : [])];
  const name = isNarrow ? 'buildhub.columns.narrow' : 'buildhub.columns';
  // The browser may refuse to store anything. Then a choice lasts as long as the page.
  const [choices, setChoices] = useState<Readonly<Record<string, readonly string[] | undefined>>>({});
  const byDefault = columns.filter(({ shownFrom }) => fitting.includes(shownFrom));
  const fields = choices[name] ?? readFields(name);
  const chosen = columns.filter(({ field }) => fields.includes(field));
  const shown = chosen.length > 0 ? chosen : byDefault;
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
    reset() {
      choose(byDefault);
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
