import { type FormEvent, useState } from 'react';
import type { RunList } from '../../api/operations/run-routes.ts';
import { formatDate } from '../format/date.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { ExtentSelect } from './extent-select.tsx';
import { ReconcileSchedule } from './reconcile-schedule.tsx';
import { RunFacts } from './run-card.tsx';
import { useAction } from './use-action.ts';
import { usePolled } from './use-polled.ts';

/** The last comparison of bucket, table and index, and a new one: look first, repair then. */
export function ReconcilePanel() {
  const { value } = usePolled<RunList>('/api/operations/runs?name=reconcile&limit=20', 5);
  const action = useAction();
  const [asked, setAsked] = useState<{ contents: string; extent: string }>();
  const last = value?.finished[0];
  const scheduled = value?.finished.find(({ is_scheduled }) => is_scheduled);
  const start = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const body = { contents: String(data.get('contents')), extent: String(data.get('extent')) };
    setAsked(body);
    void action.run('reconcile/start', body);
  };
  return (
    <section className="start" aria-labelledby="start-reconcile">
      <h3 id="start-reconcile">Reconcile</h3>
      <p className="soft">
        Compares what must agree: builds, search index and bucket. The first run only reports; repairing is
        offered with its report.
      </p>
      {last ? (
        <div className="report">
          <p>
            <strong>
              Last report{last === scheduled && ', by the schedule'},{' '}
              {formatDate(last.finished_at ?? last.started_at)} UTC: {last.status}
            </strong>
          </p>
          <RunFacts run={last} />
          {last.status === 'done' && value?.running.length === 0 && (
            <p className="actions">
              <ConfirmButton
                label="Compare again and repair"
                question="Mend what differs?"
                isDisabled={action.isRunning}
                onConfirm={() => void action.run('reconcile/start', { ...asked, repair: true })}
              />
            </p>
          )}
        </div>
      ) : (
        <p className="soft">Nothing was compared yet.</p>
      )}
      <form className="fields" onSubmit={start}>
        <ExtentSelect name="contents" label="Contents of documents" />
        <ExtentSelect name="extent" label="Objects in the bucket" />
        <p className="actions">
          <button type="submit" className="button primary" disabled={action.isRunning}>
            Compare
          </button>
        </p>
      </form>
      <ActionResult {...action} />
      <ReconcileSchedule lastRun={scheduled === last ? undefined : scheduled} />
    </section>
  );
}
