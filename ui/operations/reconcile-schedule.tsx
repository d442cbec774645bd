import { type FormEvent, useRef, useState } from 'react';
import type { ReconcileScheduleResponse } from '../../api/operations/reconcile-schedule-routes.ts';
import { formatDate } from '../format/date.ts';
import { ActionButton, ActionState, Problem, useActions } from './action.tsx';
import { Field, type FieldSchema, readForm } from './operation-form.tsx';
import { usePolled } from './use-polled.ts';

type Schedule = NonNullable<ReconcileScheduleResponse['schedule']>;

const extents = ['none', 'sample', 'whole'];

/** Members of a schedule that a person sets. */
const fields = [
  ['every', { type: 'string', title: 'Every', enum: ['1h', '6h', '12h', '1d', '7d'], default: '6h' }],
  ['repair', { type: 'boolean', title: 'Repair differences', default: true }],
  ['contents', { type: 'string', title: 'Compare documents', enum: extents, default: 'sample' }],
  ['extent', { type: 'string', title: 'Compare the bucket', enum: extents, default: 'sample' }],
] as const;

/** An interval that was set by the command line or the API need not be among the choices of the form. */
function withChoice(schema: FieldSchema, every: string | null | undefined): FieldSchema {
  return every ? { ...schema, enum: [...new Set([every, ...(schema.enum ?? [])])] } : schema;
}

/** The schedule of reconciliations: whether there is one, what it does, and when it runs next. */
export function ReconcileSchedule() {
  const { value, problem } = usePolled<ReconcileScheduleResponse>('/api/operations/reconcile-schedule', 10);
  const [isEditing, setEditing] = useState(false);
  const actions = useActions();
  const heading = useRef<HTMLHeadingElement>(null);
  const edit = (isOpen: boolean) => {
    setEditing(isOpen);
    // The button that was pressed is gone.
    heading.current?.focus();
  };
  const schedule = value?.schedule ?? undefined;
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = {
      ...readForm(new FormData(event.currentTarget), fields),
      ...(schedule?.bucket != null && { bucket: schedule.bucket }),
    };
    if (await actions.run('reconcile-schedule', body)) edit(false);
  };
  return (
    <section className="start" aria-labelledby="reconcile-schedule" data-stale={problem !== undefined}>
      <h3 id="reconcile-schedule" ref={heading} tabIndex={-1}>
        Reconciliation schedule
      </h3>
      <Problem of={problem} />
      {value &&
        (schedule ? <ScheduleText schedule={schedule} /> : <p className="none">No schedule is set.</p>)}
      {isEditing && (
        <form className="fields" aria-label="Schedule" onSubmit={(event) => void save(event)}>
          {fields.map(([name, schema]) => (
            <Field
              key={name}
              name={name}
              schema={name === 'every' ? withChoice(schema, schedule?.every) : schema}
              initial={schedule?.[name] ?? undefined}
            />
          ))}
          <p className="actions">
            <button type="submit" className="button primary" aria-disabled={actions.isRunning}>
              Save schedule
            </button>
            <button type="button" className="button" onClick={() => edit(false)}>
              Cancel
            </button>
          </p>
        </form>
      )}
      {value && !isEditing && (
        <p className="actions">
          <button type="button" className="button" onClick={() => edit(true)}>
            {schedule ? 'Change schedule' : 'Set a schedule'}
          </button>
          {schedule && (
            <ActionButton
              actions={actions}
              label="Delete schedule"
              question="Delete the reconciliation schedule?"
              style="danger"
              onConfirm={() => void actions.run('reconcile-schedule/remove', {})}
            />
          )}
        </p>
      )}
      <ActionState of={actions} />
    </section>
  );
}

function ScheduleText({ schedule }: { schedule: Schedule }) {
  const { every, repair, contents, extent, is_paused: isPaused } = schedule;
  const time = (moment: string | null) => (moment === null ? 'none' : formatDate(moment));
  return (
    <>
      <p>
        <strong>{every === null ? 'At times set in Temporal' : `Every ${every}`}</strong>
        {repair === true && ', repairs differences'}
        {repair === false && ', reports only'}
        {isPaused && '. Paused; saving it resumes it'}
        {`. Documents: ${contents ?? 'unknown'}; bucket: ${extent ?? 'unknown'}.`}
      </p>
      <p className="run-line soft">
        <span>last run {time(schedule.last_run_at)}</span>
        <span>next run {time(schedule.next_run_at)}</span>
      </p>
    </>
  );
}
