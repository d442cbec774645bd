import { type FormEvent, useId, useState } from 'react';
import type { ReconcileScheduleAnswer } from '../../api/operations/reconcile-schedule-routes.ts';
import type { OperationRun } from '../../api/operations/run-routes.ts';
import { formatDate } from '../format/date.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { ExtentSelect, extentText } from './extent-select.tsx';
import { EndedRun } from './run-card.tsx';
import { useAction } from './use-action.ts';
import { usePolled } from './use-polled.ts';

type Schedule = NonNullable<ReconcileScheduleAnswer['schedule']>;

/** How often, as the API reads it, and for people. */
const intervals = { '1h': 'hour', '6h': '6 hours', '12h': '12 hours', '1d': 'day', '7d': 'week' } as const;

/** Reconciling by itself: whether, how and when, with what its last run has found. */
export function ReconcileSchedule({ lastRun }: { lastRun: OperationRun | undefined }) {
  const { value, problem } = usePolled<ReconcileScheduleAnswer>('/api/operations/reconcile-schedule', 10);
  const [isEditing, setEditing] = useState(false);
  const action = useAction();
  const title = useId();
  const schedule = value?.schedule ?? undefined;
  const save = async (body: object) => {
    if (await action.run('reconcile-schedule', body)) setEditing(false);
  };
  return (
    <section className="schedule" aria-labelledby={title}>
      <h4 id={title}>By itself</h4>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {value && (schedule ? <ScheduleText schedule={schedule} /> : <p>Not at all: no schedule is set.</p>)}
      {lastRun && (
        <ul className="rows" aria-label="Last report of the schedule">
          <EndedRun run={lastRun} />
        </ul>
      )}
      {isEditing ? (
        <ScheduleForm
          schedule={schedule}
          isDisabled={action.isRunning}
          onSave={(body) => void save(body)}
          onLeave={() => setEditing(false)}
        />
      ) : (
        value && (
          <p className="actions">
            <button type="button" className="button" onClick={() => setEditing(true)}>
              {schedule ? 'Change the schedule' : 'Set a schedule'}
            </button>
            {schedule && (
              <ConfirmButton
                label="Remove"
                name="Remove the schedule"
                question="Compare nothing by itself any more?"
                isDisabled={action.isRunning}
                onConfirm={() => void action.run('reconcile-schedule/remove', {})}
              />
            )}
          </p>
        )
      )}
      <ActionResult {...action} />
    </section>
  );
}

function ScheduleText({ schedule }: { schedule: Schedule }) {
  const { every, repair, contents, extent, is_paused: isPaused } = schedule;
  const time = (moment: string | null) => (moment === null ? 'none' : `${formatDate(moment)} UTC`);
  return (
    <>
      <p>
        <strong>
          {every === null ? 'At times that were set in Temporal' : `Every ${intervalText(every)}`}
        </strong>
        {repair === true && ', and repairs what differs'}
        {repair === false && ', and only reports'}
        {isPaused && '. It is paused; saving it anew lets it go on'}
        {`. Contents of documents: ${extentText(contents)}; objects in the bucket: ${extentText(extent)}.`}
      </p>
      <p className="run-line soft">
        <span>last run {time(schedule.last_run_at)}</span>
        <span>next run {time(schedule.next_run_at)}</span>
      </p>
    </>
  );
}

interface ScheduleFormProps {
  readonly schedule: Schedule | undefined;
  readonly isDisabled: boolean;
  readonly onSave: (body: object) => void;
  readonly onLeave: () => void;
}

function ScheduleForm({ schedule, isDisabled, onSave, onLeave }: ScheduleFormProps) {
  const current = schedule?.every ?? '6h';
  const choices = current in intervals ? Object.keys(intervals) : [current, ...Object.keys(intervals)];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name));
    onSave({
      every: text('every'),
      repair: data.get('repair') !== null,
      contents: text('contents'),
      extent: text('extent'),
      ...(schedule?.bucket != null && { bucket: schedule.bucket }),
    });
  };
  return (
    <form className="fields" aria-label="Schedule" onSubmit={submit}>
      <label className="select">
        <span>Every</span>
        <select name="every" defaultValue={current}>
          {choices.map((every) => (
            <option key={every} value={every}>
              {intervalText(every)}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input name="repair" type="checkbox" defaultChecked={schedule?.repair ?? true} />
        <span>Repair what differs, and do not only report it</span>
      </label>
      <ExtentSelect name="contents" label="Contents of documents" initial={schedule?.contents ?? 'sample'} />
      <ExtentSelect name="extent" label="Objects in the bucket" initial={schedule?.extent ?? 'sample'} />
      <p className="actions">
        <button type="submit" className="button primary" disabled={isDisabled}>
          Save the schedule
        </button>
        <button type="button" className="button" onClick={onLeave}>
          Leave it as it is
        </button>
      </p>
    </form>
  );
}

function intervalText(every: string): string {
  return intervals[every as keyof typeof intervals] ?? every;
}
