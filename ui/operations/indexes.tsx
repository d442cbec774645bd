import type { IndexList } from '../../api/operations/indexes-route.ts';
import { formatDate } from '../format/date.ts';
import { formatCount, formatSize } from '../format/numbers.ts';
import { ActionButton, ActionState, Problem, useActions } from './action.tsx';
import { usePolled } from './use-polled.ts';

/** The search indexes: the live one, and those to roll back to or to drop. */
export function Indexes() {
  const { value, problem } = usePolled<IndexList>('/api/operations/indexes', 10);
  const actions = useActions();
  return (
    <section className="start" aria-labelledby="indexes" data-stale={problem !== undefined}>
      <h3 id="indexes">Indexes</h3>
      <Problem of={problem} />
      <ul className="rows">
        {value?.indexes.map(({ name, state, documents, bytes, created_at: created }) => (
          <li key={name} className="index">
            <span className="code">{name}</span>
            <span className="status" data-status={state}>
              {state}
            </span>
            <span className="soft">
              {formatCount(documents)} {documents === 1 ? 'document' : 'documents'}, {formatSize(bytes)},{' '}
              {formatDate(created)}
            </span>
            <span className="actions">
              {state === 'former' && (
                <ActionButton
                  actions={actions}
                  label="Roll back"
                  name={`Roll back to ${name}`}
                  question={`Make ${name} live again after it has caught up?`}
                  onConfirm={() => void actions.run('roll-back/start', { index: name })}
                />
              )}
              {state !== 'live' && (
                <ActionButton
                  actions={actions}
                  label="Drop"
                  name={`Drop ${name}`}
                  question={`Delete ${name} permanently?`}
                  style="danger"
                  onConfirm={() => void actions.run('drop-indexes/start', { names: [name] })}
                />
              )}
            </span>
          </li>
        ))}
      </ul>
      <ActionState of={actions} />
    </section>
  );
}
