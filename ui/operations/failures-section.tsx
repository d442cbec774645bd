import { useState } from 'react';
import type { IngestionCounts } from '../../api/ingestions/ingestion-schema.ts';
import { formatCount } from '../format/numbers.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { FailureGroup } from './failure-group.tsx';
import { UnreadableMessages } from './unreadable-messages.tsx';
import { useAction } from './use-action.ts';
import { usePolled } from './use-polled.ts';

/** What could not be ingested, by reason, and once more. */
export function FailuresSection() {
  const [text, setText] = useState('');
  const path = `/api/ingestions/counts?${new URLSearchParams([
    ['outcome', 'invalid'],
    ['outcome', 'missing'],
    ...(text === '' ? [] : [['reason', text]]),
  ])}`;
  const { value, problem } = usePolled<IngestionCounts>(path, 5);
  const action = useAction();
  const total = value?.total ?? 0;
  return (
    <section className="section" aria-labelledby="failures">
      <div className="section-head">
        <h2 id="failures">Failures</h2>
        <input
          type="search"
          aria-label="Only reasons that contain"
          placeholder="Only reasons that contain …"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {value && total === 0 && (
        <p className="soft">
          {text === '' ? 'Every object in the bucket that was seen is a build.' : 'No reason contains this.'}
        </p>
      )}
      <ul className="rows">
        {value?.by_reason.map((group) => (
          <FailureGroup key={`${group.outcome} ${group.reason}`} group={group} />
        ))}
      </ul>
      {total > 0 && (
        <p className="actions">
          <ConfirmButton
            label={`Retry all ${formatCount(total)}`}
            question={`Try ${formatCount(total)} objects again? It can be paused and cancelled.`}
            isDisabled={action.isRunning}
            onConfirm={() =>
              void action.run('retry/start', { scope: 'objects', ...(text !== '' && { reason: text }) })
            }
          />
        </p>
      )}
      <ActionResult {...action} />
      <UnreadableMessages />
      <DeadLetters />
    </section>
  );
}
