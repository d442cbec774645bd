import { BuildRecord } from '../build-page/build-record.tsx';
import { Highlighted } from '../parts/highlighted.tsx';
import { ChevronIcon } from '../parts/icons.tsx';
import { type BuildHit, textAt } from '../search/build-hit.ts';
import { type Column, highlightedText } from './columns.tsx';
import type { Comparison } from './use-comparison.ts';

interface ResultRowProps {
  readonly hit: BuildHit;
  readonly columns: readonly Column[];
  readonly isOpen: boolean;
  readonly onToggle: (id: string) => void;
  readonly comparison: Comparison;
}

/** One build and, below it when open, its whole record. */
export function ResultRow({ hit, columns, isOpen, onToggle, comparison }: ResultRowProps) {
  const id = hit.objectID;
  const name = ['source.product', 'target.version', 'target.platform', 'target.locale', 'build.id']
    .map((field) => textAt(hit, field))
    .filter(Boolean)
    .join(' ');
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
          <input
            type="checkbox"
            className="wide-only"
            aria-label={`Compare ${name}`}
            title="Compare"
            checked={comparison.has(id)}
            onChange={() => comparison.toggle(hit)}
          />
        </td>
        {columns.map(({ field, className = '', isWide, render }) => (
          <td
            key={field}
            className={`${className} ${isWide ? 'wide-only' : ''} ${isShort(field) ? '' : 'long'}`}
            title={isShort(field) ? undefined : textAt(hit, field)}
          >
            {render ? render(hit) : <Highlighted text={highlightedText(hit, field)} />}
          </td>
        ))}
      </tr>
      {isOpen && (
        <tr id={`${id}-record`} className="record-row">
          <td colSpan={columns.length + 1}>
            <BuildRecord hit={hit} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Fields that are hardly ever cut off, so that no title has to show them. */
function isShort(field: string): boolean {
  return !/^(build\.(?!id|date)|source\.(tree|repository)|download\.(url|mimetype))/.test(field);
}
