import type { z } from 'zod';
import type { messagePage } from '../../api/ingestions/message-routes.ts';
import type { DeadLetterList } from '../../api/operations/dead-letter-routes.ts';
import { formatDate } from '../format/date.ts';
import { ActionButton, ActionResult, TemporalLink, useActions } from './action.tsx';
import { usePolled } from './use-polled.ts';

type MessagePage = z.output<typeof messagePage>;

/** Characters of a body that are shown: the key is about six hundred characters into an S3 event. */
const maxShownBody = 1_500;

/** Messages that are not S3 events; nothing if there are none. */
export function UnreadableMessages() {
  const { value } = usePolled<MessagePage>('/api/messages/unreadable?limit=50', 10);
  const actions = useActions();
  if (!value || value.messages.length === 0) return null;
  return (
    <>
      <h3>Unreadable messages</h3>
      <ul className="rows">
        {value.messages.map((message) => (
          <UnreadableMessage key={message.message_id} message={message} />
        ))}
      </ul>
      <p className="actions">
        <ActionButton
          actions={actions}
          label="Retry all messages"
          question="Retry all unreadable messages?"
          onConfirm={() => void actions.run('retry/start', { scope: 'messages' })}
        />
      </p>
      <ActionResult of={actions} />
    </>
  );
}

function UnreadableMessage({ message }: { message: MessagePage['messages'][number] }) {
  const actions = useActions();
  const { message_id: id, reason, attempts, last_attempt_at: last } = message;
  return (
    <li className="failed-object">
      <p className="code">{id}</p>
      <p className="reason">{reason}</p>
      <p className="run-line soft">
        <span>
          {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
        </span>
        <span>last {formatDate(last)}</span>
        <a href={message.url}>Show message</a>
        <TemporalLink url={message.temporal_url} name={`History in Temporal of message ${id}`} />
      </p>
      <p className="actions">
        <ActionButton
          actions={actions}
          label="Retry"
          name={`Retry message ${id}`}
          onConfirm={() => void actions.run('failures/retry-one', { message_id: id })}
        />
      </p>
      <ActionResult of={actions} />
    </li>
  );
}

/** Messages that SQS moved to the dead-letter queue. */
export function DeadLetters() {
  const { value, problem } = usePolled<DeadLetterList>('/api/operations/dead-letters', 30);
  const actions = useActions();
  const letters = value?.dead_letters ?? [];
  return (
    <>
      <h3 id="dead-letters">Dead letters</h3>
      <p className="soft">
        Messages that were received many times without becoming an ingestion. Redriving moves them back to the
        queue.
      </p>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {value && letters.length === 0 && <p className="soft">The dead-letter queue is empty.</p>}
      <ul className="rows">
        {letters.map(({ message_id: id, body, sent_at: sent, receives }) => (
          <li key={id} className="failed-object">
            <p className="code">{id}</p>
            <p className="reason code">
              {body.length > maxShownBody ? `${body.slice(0, maxShownBody)}…` : body}
            </p>
            <p className="run-line soft">
              <span>sent {formatDate(sent)}</span>
              <span>received {receives} times</span>
            </p>
          </li>
        ))}
      </ul>
      {letters.length > 0 && (
        <p className="actions">
          <ActionButton
            actions={actions}
            label="Redrive all"
            question="Move all dead letters back to the queue?"
            onConfirm={() => void actions.run('dead-letters/redrive', {})}
          />
        </p>
      )}
      <ActionResult of={actions} />
    </>
  );
}
