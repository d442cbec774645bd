import { BuildRecord } from '../build-page/build-record.tsx';
import { fetchRecord } from '../build-page/find-builds.ts';
import { useLoaded } from '../build-page/loaded-section.tsx';
import { ChevronIcon } from '../parts/icons.tsx';
import { type BuildHit, describe } from '../search/build-hit.ts';
import type { Columns } from './column-chooser.tsx';
import { plainCell } from './columns.tsx';
import type { Comparison } from './comparison-bar.tsx';

interface ResultRowProps {
  readonly hit: BuildHit;
  readonly columns: Columns;
  readonly isOpen: boolean;
  readonly onToggle: (id: string) => void;
  readonly comparison: Comparison;
}

const nameFields = ['source.product', 'target.version', 'target.platform', 'target.locale', 'build.id'];

/** One build and, below it when open, its whole record. */
export function ResultRow({ hit, columns, isOpen, onToggle, comparison }: ResultRowProps) {
  const id = hit.objectID;
  const name = describe(hit, nameFields);
  const fields = columns.shown.map(({ field }) => field);
  return (
    <>
      <tr id={id} data-open={isOpen} data-compared={comparison.has(id)}>
        <td className="tools">
          <button
            type="button"
            className="icon-button expand"
            aria-expanded={isOpen}
            aria-controls={`${id}-record`}
            aria-label={`Record of ${name}`}
            onClick={() => onToggle(id)}
          >
            <ChevronIcon />
          </button>
          <label className="pick" title="Compare">
            <input
              type="checkbox"
              aria-label={`Compare ${name}`}
              checked={comparison.has(id)}
              onChange={() => comparison.toggle(hit)}
            />
          </label>
        </td>
        {columns.shown.map(({ field, below, className, render }) => (
          <td key={field} className={className}>
            {(render ?? plainCell)(hit, field)}
            {below && columns.isNarrow && !fields.includes(below) && (
              <span className="below">{plainCell(hit, below)}</span>
            )}
          </td>
        ))}
      </tr>
      {isOpen && (
        <tr id={`${id}-record`} className="record-row">
          <td colSpan={fields.length + 1}>
            <OpenRecord hit={hit} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The record as it was published: the numbers of a search are not exact. */
function OpenRecord({ hit }: { hit: BuildHit }) {
  const loaded = useLoaded(hit.objectID, () => fetchRecord(hit.objectID));
  return (
    <>
      <BuildRecord hit={hit} published={loaded.state === 'done' ? loaded.value.build : undefined} />
      {loaded.state === 'failed' && (
        <p role="alert">
          The record as published could not be loaded: {loaded.error.message}{' '}
          <button type="button" className="text-button" onClick={loaded.retry}>
            Try again
          </button>
        </p>
      )}
    </>
  );
}
