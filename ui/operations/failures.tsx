import { useState } from 'react';
import type { IngestionCounts, IngestionPage } from '../../api/ingestions/ingestion-schema.ts';
import type { OperationsState } from '../../api/operations/state-route.ts';
import { formatAge } from '../format/date.ts';
import { formatCount } from '../format/numbers.ts';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { ActionButton, ActionState, Problem, useActions } from './action.tsx';
import { FailedItem } from './failed-item.tsx';
import { DeadLetters, UnreadableMessages } from './messages.tsx';
import { type Polled, usePolled } from './use-polled.ts';

/** Objects shown per reason; `Retry` and the command line reach all of them. */
const maxShown = 50;

/** What could not be ingested, by reason, with the ways to retry it. */
export function FailuresSection({ state }: { state: Polled<OperationsState> }) {
  const [text, setText] = useState('');
  const path = `/api/ingestions/counts?${new URLSearchParams([
    ['outcome', 'invalid'],
    ['outcome', 'missing'],
    ...(text === '' ? [] : [['reason', text]]),
  ])}`;
  const { value, problem } = usePolled<IngestionCounts>(path, 5);
  const actions = useActions();
  const total = value?.total ?? 0;
  const { dead_letters: dead, failures, can_write: canSignIn = false } = state.value ?? {};
  const letters = dead ? dead.waiting + dead.in_flight : undefined;
  const keptFocus = useKeptFocus<HTMLElement>();
  return (
    <section
      className="section"
      aria-labelledby="failures"
      data-stale={(problem ?? state.problem) !== undefined}
      {...keptFocus}
    >
      <div className="section-head">
        <h2 id="failures" tabIndex={-1}>
          Failures
        </h2>
        <input
          type="search"
          aria-label="Filter by reason"
          placeholder="Filter by reason…"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Problem of={problem} />
      {value && total === 0 && (
        <p className="soft none">{text === '' ? 'No object has failed.' : 'No reason contains this text.'}</p>
      )}
      <ul className="rows">
        {value?.by_reason.map((group) => (
          <FailureGroup key={`${group.outcome} ${group.reason}`} group={group} />
        ))}
      </ul>
      {total > 0 && (
        <p className="actions">
          <ActionButton
            actions={actions}
            label={`Retry all ${formatCount(total)}`}
            question={`Retry ${formatCount(total)} ${total === 1 ? 'object' : 'objects'}? You can pause or cancel it.`}
            onConfirm={() =>
              void actions.run('retry/start', { scope: 'objects', ...(text !== '' && { reason: text }) })
            }
          />
        </p>
      )}
      <ActionState of={actions} />
      <UnreadableMessages count={failures?.unreadable} canSignIn={canSignIn} />
      {state.value && <DeadLetters count={letters} canSignIn={canSignIn} />}
    </section>
  );
}

/** Failures of one kind: the reason of one of them, which opens to all of them. */
function FailureGroup({ group }: { group: IngestionCounts['by_reason'][number] }) {
  const [isOpen, setOpen] = useState(false);
  const { outcome, reason, example, count, last_attempt_at: last } = group;
  const query = new URLSearchParams({ outcome, reason_group: reason, limit: String(maxShown) });
  const objects = usePolled<IngestionPage>(isOpen ? `/api/ingestions?${query}` : undefined, 5);
  const actions = useActions();
  return (
    <li>
      <details className="failure-group" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <strong>{formatCount(count)}</strong>
          <span className="status" data-status={outcome}>
            {outcome}
          </span>
          <span className="title">{count === 1 ? example : `${example} (an example)`}</span>
          <span className="soft">last attempt {formatAge(last)}</span>
        </summary>
        <p className="actions">
          <ActionButton
            actions={actions}
            label={count === 1 ? 'Retry' : `Retry ${formatCount(count)}`}
            question={count === 1 ? undefined : `Retry ${formatCount(count)} objects?`}
            onConfirm={() =>
              void actions.run('retry/start', { scope: 'objects', outcome, reason_group: reason })
            }
          />
        </p>
        <ActionState of={actions} />
        <Problem of={objects.problem} />
        <ul className="rows">
          {objects.value?.ingestions.map((object) => {
            const { bucket, key } = object;
            const name = `s3://${bucket}/${key}`;
            return (
              <FailedItem key={name} name={name} retryName={key} retry={{ bucket, key }} failure={object} />
            );
          })}
        </ul>
        {count > maxShown && (
          <p className="soft">
            Showing the latest {maxShown} of {formatCount(count)}.
          </p>
        )}
      </details>
    </li>
  );
}
