import type { ReactNode } from 'react';
import { formatDate } from '../format/date.ts';
import { ActionButton, ActionState, useActions } from './action.tsx';
import { TemporalLink } from './temporal-link.tsx';

interface FailedItemProps {
  /** What failed: an address of an object, or the id of a message. */
  readonly name: string;
  /** The same for the name of the button. */
  readonly retryName: string;
  /** The body of the request that retries it. */
  readonly retry: object;
  readonly failure: {
    readonly reason: string | null;
    readonly attempts: number;
    readonly first_attempt_at: string;
    readonly last_attempt_at: string;
    readonly temporal_url: string;
  };
  /** More about it, below its line. */
  readonly children?: ReactNode;
}

/** A failure that can be retried on its own. */
export function FailedItem({ name, retryName, retry, failure, children }: FailedItemProps) {
  const actions = useActions();
  const { reason, attempts, first_attempt_at: first, last_attempt_at: last, temporal_url: url } = failure;
  return (
    <li className="failed-object">
      <p className="code">{name}</p>
      <p className="reason">{reason}</p>
      <p className="run-line soft">
        <span>
          {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
        </span>
        <span>first {formatDate(first)}</span>
        <span>last {formatDate(last)}</span>
        <TemporalLink url={url} name={`History in Temporal of ${retryName}`} />
      </p>
      {children}
      <p className="actions">
        <ActionButton
          actions={actions}
          label="Retry"
          name={`Retry ${retryName}`}
          onConfirm={() => void actions.run('failures/retry-one', retry)}
        />
      </p>
      <ActionState of={actions} />
    </li>
  );
}
