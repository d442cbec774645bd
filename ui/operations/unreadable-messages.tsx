import type { z } from 'zod';
import type { messagePage } from '../../api/ingestions/message-routes.ts';
import { formatDate } from '../format/date.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { TemporalLink } from './run-card.tsx';
import { useAction } from './use-action.ts';
import { usePolled } from './use-polled.ts';

type Message = z.output<typeof messagePage>['messages'][number];

/** Messages that nobody could read; nothing where there are none. */
export function UnreadableMessages() {
  const path = '/api/messages/unreadable?limit=50';
  const { value } = usePolled<z.output<typeof messagePage>>(path, 10);
  const all = useAction();
  if (!value || value.messages.length === 0) return null;
  return (
    <>
      <h3>Messages that could not be read</h3>
      <ul className="rows">
        {value.messages.map((message) => (
          <UnreadableMessage key={message.message_id} message={message} />
        ))}
      </ul>
      <p className="actions">
        <ConfirmButton
          label="Retry all messages"
          question="Try all messages again that could not be read?"
          isDisabled={all.isRunning}
          onConfirm={() => void all.run('retry/start', { scope: 'messages' })}
        />
      </p>
      <ActionResult {...all} />
    </>
  );
}

function UnreadableMessage({ message }: { message: Message }) {
  const action = useAction();
  const { message_id: id, reason, attempts, last_attempt_at: last } = message;
  return (
    <li className="failed-object">
      <p className="code">{id}</p>
      <p className="reason">{reason}</p>
      <p className="run-line soft">
        <span>
          {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
        </span>
        <span>last {formatDate(last)} UTC</span>
        <a href={message.url}>Whole message</a>
        <TemporalLink url={message.temporal_url} name={`History in Temporal of message ${id}`} />
      </p>
      <p className="actions">
        <ConfirmButton
          label="Retry"
          name={`Retry message ${id}`}
          isDisabled={action.isRunning}
          onConfirm={() => void action.run('failures/retry-one', { message_id: id })}
        />
      </p>
      <ActionResult {...action} />
    </li>
  );
}
