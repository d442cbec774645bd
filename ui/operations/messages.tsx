import { useState } from 'react';
import type { z } from 'zod';
import type { messagePage, unreadableMessage } from '../../api/ingestions/message-routes.ts';
import type { DeadLetterList } from '../../api/operations/dead-letter-routes.ts';
import { getJson } from '../api/ask-api.ts';
import { formatDate } from '../format/date.ts';
import { formatCount } from '../format/numbers.ts';
import { ActionButton, ActionState, Problem, useActions } from './action.tsx';
import { FailedItem } from './failed-item.tsx';
import { SignInToSee, useOperator, usePolledAsOperator } from './operator.tsx';
import { withToken } from './use-polled.ts';

type MessagePage = z.output<typeof messagePage>;

interface MessagesProps {
  /** How many there are; undefined if that is unknown. */
  readonly count: number | undefined;
  readonly canSignIn: boolean;
}

/** Messages that are not S3 events; nothing if there are none. Only operators see them. */
export function UnreadableMessages({ count = 0, canSignIn }: MessagesProps) {
  const { operator } = useOperator();
  const path = count > 0 ? '/api/messages/unreadable?limit=50' : undefined;
  const { value, problem } = usePolledAsOperator<MessagePage>(path, 10);
  const actions = useActions();
  if (count === 0) return null;
  return (
    <>
      <h3>Unreadable messages</h3>
      {!operator && <SignInToSee what={`the messages (${formatCount(count)})`} canSignIn={canSignIn} />}
      <Problem of={problem} />
      <ul className="rows">
        {value?.messages.map((message) => (
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
      <ActionState of={actions} />
    </>
  );
}

function UnreadableMessage({ message }: { message: MessagePage['messages'][number] }) {
  const { operator } = useOperator();
  const [body, setBody] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const { message_id: id } = message;
  const show = async () => {
    try {
      const found = await getJson(message.url, withToken(operator?.token));
      setBody((found as z.output<typeof unreadableMessage>).body);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <FailedItem name={id} retryName={`message ${id}`} retry={{ message_id: id }} failure={message}>
      {body === undefined ? (
        <>
          <Problem of={problem} />
          <p>
            <button type="button" className="text-button" onClick={() => void show()}>
              Show message
            </button>
          </p>
        </>
      ) : (
        <p className="reason code">{body}</p>
      )}
    </FailedItem>
  );
}

/** Characters of a body that are shown: the key is about six hundred characters into an S3 event. */
const maxShownBody = 1_500;

/** Messages whose workflow could not be started. Only operators see them. */
export function DeadLetters({ count, canSignIn }: MessagesProps) {
  const { operator } = useOperator();
  const path = count === undefined ? undefined : '/api/operations/dead-letters';
  const { value, problem } = usePolledAsOperator<DeadLetterList>(path, 30);
  const actions = useActions();
  return (
    <>
      <h3 id="dead-letters">Dead letters</h3>
      <p className="soft">
        Messages whose ingestion Temporal rejected, or that were delivered too many times. Redriving moves
        them back to the queue.
      </p>
      {count === undefined && <p className="soft none">The dead-letter queue is unavailable or not set.</p>}
      {count === 0 && <p className="soft none">The dead-letter queue is empty.</p>}
      {count !== undefined && count > 0 && (
        <>
          {!operator && <SignInToSee what={`the messages (${formatCount(count)})`} canSignIn={canSignIn} />}
          <Problem of={problem} />
          <ul className="rows">
            {value?.dead_letters.map(({ message_id: id, body, sent_at: sent, reason }) => (
              <li key={id} className="failed-object">
                <p className="code">{id}</p>
                <p className="reason">{reason ?? 'Delivered too many times'}</p>
                <p className="reason code">
                  {body.length > maxShownBody ? `${body.slice(0, maxShownBody)}…` : body}
                </p>
                <p className="soft">sent {formatDate(sent)}</p>
              </li>
            ))}
          </ul>
          <p className="actions">
            <ActionButton
              actions={actions}
              label="Redrive all"
              question="Move all dead letters back to the queue?"
              onConfirm={() => void actions.run('dead-letters/redrive', {})}
            />
          </p>
        </>
      )}
      <ActionState of={actions} />
    </>
  );
}
