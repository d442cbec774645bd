import { type FormEvent, useEffect, useRef } from 'react';
import type { OperationRun, RunList } from '../../api/operations/run-routes.ts';
import { formatDate } from '../format/date.ts';
import { formatCount, formatSeconds } from '../format/numbers.ts';
import { ActionButton, ActionState, Problem, useActions } from './action.tsx';
import { TemporalLink } from './temporal-link.tsx';
import type { Polled } from './use-polled.ts';

const statuses: Readonly<Record<string, string>> = {
  pausing: 'pausing: finishing work in flight',
  waiting: 'waiting: no worker is polling',
};

export function RunningSection({ runs: { value, problem } }: { runs: Polled<RunList> }) {
  return (
    <section className="section" aria-labelledby="running" data-stale={problem !== undefined}>
      <h2 id="running">Running now</h2>
      <Problem of={problem} />
      {value?.running.length === 0 && <p className="soft none">No operation is running.</p>}
      <ul className="runs">
        {value?.running.map((run) => (
          <RunCard key={run.workflow_id} run={run} />
        ))}
      </ul>
    </section>
  );
}

/** Operations that have finished, the newest first. */
export function FinishedSection({ runs: { value, problem } }: { runs: Polled<RunList> }) {
  return (
    <section className="section" aria-labelledby="finished" data-stale={problem !== undefined}>
      <h2 id="finished">Finished</h2>
      {value?.finished.length === 0 && <p className="soft none">No operation has finished yet.</p>}
      <ul className="rows">
        {value?.finished.map((run) => (
          <FinishedRun key={`${run.run_id} ${run.finished_at}`} run={run} />
        ))}
      </ul>
    </section>
  );
}

const labels = { pause: 'Pause', resume: 'Resume', cancel: 'Cancel operation' } as const;

function cancelQuestion(name: string): string {
  return name === 'reindex'
    ? 'Cancel it? The live index is kept; the unfinished index is deleted.'
    : 'Cancel it? Finished work is kept.';
}

/** A running operation with its progress and controls. */
function RunCard({ run }: { run: OperationRun }) {
  const { title, status, progress, commands, workflow_id: workflowId } = run;
  const actions = useActions();
  const control = (body: object) => void actions.run('runs/control', { workflow_id: workflowId, ...body });
  const percent =
    progress?.total === undefined
      ? undefined
      : Math.round((1_000 * progress.done) / Math.max(1, progress.total)) / 10;
  return (
    <li className="run" aria-label={title}>
      <div className="run-head">
        <h3>{title}</h3>
        <Status of={status} />
      </div>
      <progress
        max={100}
        {...(percent !== undefined && { value: Math.min(100, percent) })}
        aria-label={`Progress of ${title}`}
      />
      <p className="run-line">
        {progress && (
          <>
            <span>
              {percent !== undefined && `${percent}%, `}
              {formatCount(progress.done)} {progress.unit}
            </span>
            {progress.phase !== status && <span>{progress.phase}</span>}
            <span>
              {formatCount(Math.round(progress.rate * 10) / 10)} {progress.unit}/s
            </span>
            {progress.seconds_left !== undefined && (
              <span>about {formatSeconds(progress.seconds_left)} left</span>
            )}
            <span className="soft">for {formatSeconds(progress.seconds)}</span>
          </>
        )}
        {run.requested_by !== null && <span className="soft">by {run.requested_by}</span>}
      </p>
      <Report run={run} />
      <p className="actions">
        {commands
          .filter((command) => command !== 'limit')
          .map((command) => (
            <ActionButton
              // One button, which keeps the focus.
              key={command === 'resume' ? 'pause' : command}
              actions={actions}
              label={labels[command]}
              name={`${labels[command]}: ${title}`}
              question={command === 'cancel' ? cancelQuestion(run.name) : undefined}
              style={command === 'cancel' ? 'danger' : undefined}
              onConfirm={() => control({ command })}
            />
          ))}
        <TemporalLink url={run.temporal_url} />
      </p>
      {commands.includes('limit') && (
        <RateLimitForm
          run={run}
          isBusy={actions.isRunning}
          onChange={(rate) => control({ command: 'limit', per_second: rate })}
        />
      )}
      <ActionState of={actions} />
    </li>
  );
}

/** What a run reports: its problem and its facts. */
export function Report({ run: { progress } }: { run: OperationRun }) {
  if (!progress) return null;
  return (
    <>
      <Problem of={progress.problem} />
      <dl className="facts">
        {progress.facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={value === 0 ? 'soft' : undefined}>
              {typeof value === 'number' ? formatCount(value) : value}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** A finished operation: a line that opens to its report. */
export function FinishedRun({ run }: { run: OperationRun }) {
  return (
    <li>
      <details className="finished-run">
        <summary>
          <Status of={run.status} />
          <span className="title">{run.title}</span>
          <span className="soft">
            {formatDate(run.finished_at ?? run.started_at)}
            {run.progress && `, took ${formatSeconds(run.progress.seconds)}`}
            {run.requested_by !== null && `, by ${run.requested_by}`}
          </span>
        </summary>
        <Report run={run} />
        <p className="actions">
          <TemporalLink url={run.temporal_url} />
        </p>
      </details>
    </li>
  );
}

/**
 * What the report of a dry run, a comparison or a refused repair offers if there is something to do: the same for real, by
 * the same input, sample included.
 */
export function RunForReal({ run: { name, title, status, progress, input } }: { run: OperationRun }) {
  const actions = useActions();
  if (status !== 'done' || !progress) return null;
  const { dry_run: isDryRun, facts, repair, problem = '' } = progress;
  const finds = facts.some(({ label, value }) => ['New', 'Changed'].includes(label) && value !== 0);
  if (!repair && !(isDryRun && finds)) return null;
  if (!repair && input === null)
    return (
      <p className="soft">
        The list of keys is too long to keep. Start the backfill with{' '}
        <code>buildhub backfill start --keys-file FILE</code>.
      </p>
    );
  // A real run always validates.
  const { validate: _, ...rest } = input ?? {};
  const body = repair ?? { ...rest, dry_run: false };
  const start = (change: object) => void actions.run(`${name}/start`, { ...body, ...change });
  return (
    <>
      <p className="actions">
        {problem.includes('allow_mass_deletion') ? (
          <ActionButton
            actions={actions}
            label="Repair, and allow mass deletion"
            name={`Repair, and allow mass deletion: ${title}`}
            question="This deletes or overwrites a large part of the live index. Is the database right and complete?"
            style="danger"
            onConfirm={() => start({ allow_mass_deletion: true })}
          />
        ) : (
          <ActionButton
            actions={actions}
            label={repair ? 'Repair differences' : `Start ${name}`}
            question={repair && 'Repair differences?'}
            style="primary"
            onConfirm={() => start({})}
          />
        )}
      </p>
      <ActionState of={actions} />
    </>
  );
}

function Status({ of: status }: { of: string }) {
  return (
    <span className="status" data-status={status}>
      {statuses[status] ?? status}
    </span>
  );
}

interface RateLimitFormProps {
  readonly run: OperationRun;
  readonly isBusy: boolean;
  /** Receives the new limit per second; null for none. */
  readonly onChange: (perSecond: number | null) => void;
}

function RateLimitForm({ run: { title, progress }, isBusy, onChange }: RateLimitFormProps) {
  const current = progress?.rate_limit == null ? '' : String(progress.rate_limit);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A limit that was changed elsewhere is shown, but not while somebody types.
    if (input.current && input.current !== document.activeElement) input.current.value = current;
  }, [current]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('limit') ?? '').trim();
    onChange(text === '' ? null : Number(text));
  };
  return (
    <form className="limit" aria-label={`Rate limit of ${title}`} onSubmit={submit}>
      <label>
        <span className="soft">Rate limit, {progress?.unit ?? 'items'} per second</span>
        <input
          ref={input}
          name="limit"
          type="number"
          min={0.1}
          step="any"
          placeholder="no limit"
          defaultValue={current}
        />
      </label>
      <button type="submit" className="button" aria-disabled={isBusy}>
        Change
      </button>
    </form>
  );
}
