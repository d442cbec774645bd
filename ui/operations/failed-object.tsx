import type { IngestionPage } from '../../api/ingestions/ingestion-schema.ts';
import { formatDate } from '../format/date.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { TemporalLink } from './run-card.tsx';
import { useAction } from './use-action.ts';

/** An object that failed: which, why, since when, and once more. */
export function FailedObject({ object }: { object: IngestionPage['ingestions'][number] }) {
  const { bucket, key, reason, attempts, first_attempt_at: first, last_attempt_at: last } = object;
  const action = useAction();
  return (
    <li className="failed-object">
      <p className="code">
        s3://{bucket}/{key}
      </p>
      <p className="reason">{reason}</p>
      <p className="run-line soft">
        <span>
          {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
        </span>
        <span>first {formatDate(first)}</span>
        <span>last {formatDate(last)} UTC</span>
        <TemporalLink url={object.temporal_url} name={`History in Temporal of ${key}`} />
      </p>
      <p className="actions">
        <ConfirmButton
          label="Retry"
          name={`Retry ${key}`}
          isDisabled={action.isRunning}
          onConfirm={() => void action.run('failures/retry-one', { bucket, key })}
        />
      </p>
      <ActionResult {...action} />
    </li>
  );
}
