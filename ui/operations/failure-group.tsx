import { useState } from 'react';
import type { IngestionCounts, IngestionPage } from '../../api/ingestions/ingestion-schema.ts';
import { formatAge } from '../format/date.ts';
import { formatCount } from '../format/numbers.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { FailedObject } from './failed-object.tsx';
import { useAction } from './use-action.ts';
import { usePolled } from './use-polled.ts';

/** Objects that are shown of one reason; the rest is reached by retrying all, or on the command line. */
const mostShown = 50;

/** A reason, which opens to the objects that failed for it. */
export function FailureGroup({ group }: { group: IngestionCounts['by_reason'][number] }) {
  const [isOpen, setOpen] = useState(false);
  const { outcome, reason, count, last_attempt_at: last } = group;
  const query = new URLSearchParams({ outcome, reason_group: reason, limit: String(mostShown) });
  const objects = usePolled<IngestionPage>(isOpen ? `/api/ingestions?${query}` : undefined, 5);
  const action = useAction();
  return (
    <li>
      <details className="failure-group" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <strong>{formatCount(count)}</strong>
          <span className="status" data-status={outcome}>
            {outcome}
          </span>
          <span className="title">{reason}</span>
          <span className="soft">last tried {formatAge(last)}</span>
        </summary>
        <p className="actions">
          <ConfirmButton
            label={count === 1 ? 'Retry this one' : `Retry these ${formatCount(count)}`}
            question={count === 1 ? undefined : `Try ${formatCount(count)} objects again?`}
            isDisabled={action.isRunning}
            onConfirm={() =>
              void action.run('retry/start', { scope: 'objects', outcome, reason_group: reason })
            }
          />
        </p>
        <ActionResult {...action} />
        {objects.problem !== undefined && <p role="alert">{objects.problem}</p>}
        <ul className="rows">
          {objects.value?.ingestions.map((object) => (
            <FailedObject key={`${object.bucket}/${object.key}`} object={object} />
          ))}
        </ul>
        {count > mostShown && (
          <p className="soft">
            The last {mostShown} of {formatCount(count)} are shown.
          </p>
        )}
      </details>
    </li>
  );
}
