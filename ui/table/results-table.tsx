import { useState } from 'react';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import type { BuildHit } from '../search/build-hit.ts';
import { useSearch, useSortOrder } from '../search/search-context.tsx';
import type { Columns } from './column-chooser.tsx';
import type { Column } from './columns.tsx';
import type { Comparison } from './comparison-bar.tsx';
import { ResultRow } from './result-row.tsx';

/** The builds of the page, one per row, which opens to the whole record. */
export function ResultsTable({ columns, comparison }: { columns: Columns; comparison: Comparison }) {
  const { results, status } = useSearch();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  const hits = results.hits as unknown as BuildHit[];
  return (
    <ScrollFrame label="Results" isBusy={status === 'loading' || status === 'stalled'}>
      <table className="results">
        <caption className="visually-hidden">Builds</caption>
        <thead>
          <tr>
            <th scope="col" className="tools">
              <span className="visually-hidden">Open and compare</span>
            </th>
            {columns.shown.map((column) => (
              <ColumnHeader key={column.field} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {hits.map((hit) => (
            <ResultRow
              key={hit.objectID}
              hit={hit}
              columns={columns}
              isOpen={opened.has(hit.objectID)}
              onToggle={toggle}
              comparison={comparison}
            />
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}

function ColumnHeader({ column: { field, label, className } }: { column: Column }) {
  const { order, sortBy } = useSortOrder();
  if (!field.endsWith('.date')) {
    return (
      <th scope="col" className={className}>
        {label}
      </th>
    );
  }
  const direction = order.field === field ? order.direction : 'none';
  const next = direction === 'descending' ? 'asc' : 'desc';
  return (
    <th scope="col" className={className} aria-sort={direction}>
      <button type="button" className="sort" onClick={() => sortBy(`${field}_${next}`)}>
        {label}
        <span className="arrow" aria-hidden="true">
          {direction === 'none' ? '' : direction === 'descending' ? '↓' : '↑'}
        </span>
      </button>
    </th>
  );
}
