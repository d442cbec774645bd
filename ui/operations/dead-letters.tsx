import { useState } from 'react';
import type { DeadLetterList } from '../../api/operations/dead-letter-routes.ts';
import { getJson } from '../api/ask-api.ts';
import { formatDate } from '../format/date.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { useAction } from './use-action.ts';

/** Characters of a body that are shown: S3 names the key behind some six hundred others. */
const maxShownBody = 1_500;

/** Messages that SQS has given up on. They are listed when asked for, since each list counts as a receive. */
export function DeadLetters() {
  const [letters, setLetters] = useState<DeadLetterList['dead_letters']>();
  const [problem, setProblem] = useState<string>();
  const [isLooking, setLooking] = useState(false);
  const action = useAction();
  const look = async () => {
    setLooking(true);
    setProblem(undefined);
    try {
      setLetters(((await getJson('/api/operations/dead-letters')) as DeadLetterList).dead_letters);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setLooking(false);
  };
  const redrive = async () => {
    const answer = await action.run('dead-letters/redrive', {});
    if (answer) setLetters(undefined);
  };
  return (
    <>
      <h3 id="dead-letters">Dead letters</h3>
      <p className="soft">
        Messages that were received several times and never became an ingestion. Redriven, they are received
        as if they were new.
      </p>
      <ul className="rows">
        {letters?.map(({ message_id: id, body, sent_at: sent, receives }) => (
          <li key={id} className="failed-object">
            <p className="code">{id}</p>
            <p className="reason code">
              {body.length > maxShownBody ? `${body.slice(0, maxShownBody)} …` : body}
            </p>
            <p className="run-line soft">
              <span>sent {formatDate(sent)} UTC</span>
              <span>received {receives} times</span>
            </p>
          </li>
        ))}
      </ul>
      <p role="status">{problem ?? (letters?.length === 0 ? 'There are no dead letters.' : '')}</p>
      <p className="actions">
        <button type="button" className="button" disabled={isLooking} onClick={() => void look()}>
          {isLooking ? 'Looking …' : 'Look into the dead-letter queue'}
        </button>
        {letters && letters.length > 0 && (
          <ConfirmButton
            label="Redrive all"
            question="Move all dead letters back to the queue?"
            isDisabled={action.isRunning}
            onConfirm={() => void redrive()}
          />
        )}
      </p>
      <ActionResult {...action} />
    </>
  );
}
