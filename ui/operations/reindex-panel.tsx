import { useState } from 'react';
import type { IndexList } from '../../api/operations/indexes-route.ts';
import { formatDate } from '../format/date.ts';
import { formatCount, formatSize } from '../format/numbers.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { useAction } from './use-action.ts';
import { usePolled } from './use-polled.ts';

const states = {
  live: 'live: is searched',
  former: 'former: can be returned to',
  unfinished: 'unfinished: being filled, or left behind',
};

/** The indexes, a new one, back to a former one, and away with old ones. */
export function ReindexPanel() {
  const { value, problem } = usePolled<IndexList>('/api/operations/indexes', 10);
  const action = useAction();
  const [rate, setRate] = useState('');
  return (
    <section className="start" aria-labelledby="start-reindex">
      <h3 id="start-reindex">Reindex</h3>
      <p className="soft">
        Builds the search index anew beside the live one, compares both, and swaps them. Search and ingestion
        go on meanwhile, and the index before is kept.
      </p>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <ul className="rows">
        {value?.indexes.map(({ name, state, documents, bytes, created_at: created }) => (
          <li key={name} className="index">
            <span className="code">{name}</span>
            <span className="status" data-status={state}>
              {states[state]}
            </span>
            <span className="soft">
              {formatCount(documents)} documents, {formatSize(bytes)}, {formatDate(created)} UTC
            </span>
            <span className="actions">
              {state === 'former' && (
                <ConfirmButton
                  label="Roll back to it"
                  name={`Roll back to ${name}`}
                  question={`Search ${name} from now on, once it has caught up?`}
                  isDisabled={action.isRunning}
                  onConfirm={() => void action.run('roll-back/start', { index: name })}
                />
              )}
              {state !== 'live' && (
                <ConfirmButton
                  label="Drop"
                  name={`Drop ${name}`}
                  question={`Delete ${name} for good?`}
                  isDisabled={action.isRunning}
                  onConfirm={() => void action.run('drop-indexes/start', { names: [name] })}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
      <div className="fields">
        <label>
          <span>Documents written per second at most</span>
          <input
            type="number"
            min={0.1}
            step="any"
            placeholder="no limit"
            value={rate}
            onChange={(event) => setRate(event.target.value)}
          />
        </label>
      </div>
      <p className="actions">
        <ConfirmButton
          label="Start a reindex"
          isPrimary
          question="Build the index anew? It takes about as much room again."
          isDisabled={action.isRunning}
          onConfirm={() => void action.run('reindex/start', rate === '' ? {} : { rate_limit: Number(rate) })}
        />
      </p>
      <ActionResult {...action} />
    </section>
  );
}
