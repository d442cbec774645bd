import type { OperationRun } from '../../api/operations/run-routes.ts';
import { formatDate } from '../format/date.ts';
import { formatCount } from '../format/numbers.ts';
import { safeUrl } from '../links/links.ts';
import { ActionResult } from './action-result.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { formatSeconds } from './durations.ts';
import { LimitForm } from './limit-form.tsx';
import { useAction } from './use-action.ts';

const statuses = {
  running: 'running',
  pausing: 'pausing: finishing what was begun',
  paused: 'paused',
  waiting: 'waiting: no worker answers',
  done: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
} as const;

/** An operation that runs, with what it can be told. */
export function RunCard({ run }: { run: OperationRun }) {
  const action = useAction();
  const tell = (body: object) => void action.run('runs/control', { workflow_id: run.workflow_id, ...body });
  const { progress } = run;
  const percent = progress?.total ? Math.round((1_000 * progress.done) / progress.total) / 10 : undefined;
  const can = (command: OperationRun['commands'][number]) => run.commands.includes(command);
  return (
    <li className="run" aria-label={run.title}>
      <div className="run-head">
        <h3>{run.title}</h3>
        <span className="status" data-status={run.status}>
          {statuses[run.status]}
        </span>
      </div>
      <progress
        max={100}
        {...(percent !== undefined && { value: percent })}
        aria-label={`Progress of ${run.title}`}
      />
      <p className="run-line">
        <span>{percent === undefined ? 'of an unknown total' : `${percent} %`}</span>
        {progress && progress.phase !== run.status && <span>{progress.phase}</span>}
        {progress && (
          <span>
            {formatCount(Math.round(progress.rate * 10) / 10)} {progress.unit}/s
          </span>
        )}
        {progress?.seconds_left !== undefined && (
          <span>about {formatSeconds(progress.seconds_left)} left</span>
        )}
        {progress && <span className="soft">for {formatSeconds(progress.seconds)}</span>}
        {run.requested_by !== null && <span className="soft">by {run.requested_by}</span>}
      </p>
      <RunFacts run={run} />
      <p className="actions">
        {can('pause') && (
          <ConfirmButton
            label="Pause"
            name={`Pause ${run.title}`}
            isDisabled={action.isRunning}
            onConfirm={() => tell({ command: 'pause' })}
          />
        )}
        {can('resume') && (
          <ConfirmButton
            label="Resume"
            name={`Resume ${run.title}`}
            isDisabled={action.isRunning}
            onConfirm={() => tell({ command: 'resume' })}
          />
        )}
        {can('cancel') && (
          <ConfirmButton
            label="Cancel"
            name={`Cancel ${run.title}`}
            question={
              run.name === 'reindex'
                ? 'End it? The live index stays as it is; a new one that it has filled is removed.'
                : 'End it? What it has done stays.'
            }
            isDisabled={action.isRunning}
            onConfirm={() => tell({ command: 'cancel' })}
          />
        )}
        <TemporalLink url={run.temporal_url} />
      </p>
      {can('limit') && (
        <LimitForm
          run={run}
          isDisabled={action.isRunning}
          onChange={(rate) => tell({ command: 'limit', per_second: rate })}
        />
      )}
      <ActionResult {...action} />
    </li>
  );
}

/** What a run reports: its problem and its facts. */
export function RunFacts({ run: { progress } }: { run: OperationRun }) {
  return (
    <>
      {progress?.problem !== undefined && <p className="problem">{progress.problem}</p>}
      <dl className="facts">
        {progress?.facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{typeof value === 'number' ? formatCount(value) : value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** An operation that has ended: a line that opens to its report. */
export function EndedRun({ run }: { run: OperationRun }) {
  return (
    <li>
      <details className="ended-run">
        <summary>
          <span className="status" data-status={run.status}>
            {statuses[run.status]}
          </span>
          <span className="title">{run.title}</span>
          <span className="soft">
            {formatDate(run.finished_at ?? run.started_at)} UTC
            {run.progress && `, took ${formatSeconds(run.progress.seconds)}`}
            {run.requested_by !== null && `, by ${run.requested_by}`}
          </span>
        </summary>
        <RunFacts run={run} />
        <p className="actions">
          <TemporalLink url={run.temporal_url} />
        </p>
      </details>
    </li>
  );
}

/** Where all of it can be seen, while Temporal remembers it. */
export function TemporalLink({ url, name }: { url: string; name?: string }) {
  const address = safeUrl(url);
  if (address === undefined) return null;
  return (
    <a href={address} target="_blank" rel="noreferrer" aria-label={name}>
      History in Temporal
    </a>
  );
}
