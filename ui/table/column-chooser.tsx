import { ColumnsIcon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { columns } from './columns.tsx';
import type { Columns } from './use-columns.ts';

/** Which columns the table has. */
export function ColumnChooser({ chosen }: { chosen: Columns }) {
  return (
    <Menu label="Columns" icon={<ColumnsIcon />}>
      <fieldset className="choices">
        <legend className="visually-hidden">Columns</legend>
        {columns.map((column) => (
          <label key={column.field}>
            <input
              type="checkbox"
              checked={chosen.isShown(column)}
              disabled={chosen.isShown(column) && chosen.shown.length === 1}
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
