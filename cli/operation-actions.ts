import { setTimeout as sleep } from 'node:timers/promises';
import { temporalRunUrl } from '../api/builds/addresses.ts';
import { controlRun } from '../operations/control.ts';
import type { Operation, RunCommand } from '../operations/operation.ts';
import {
  deleteReconcileSchedule,
  readReconcileSchedule,
  setReconcileSchedule,
} from '../operations/reconcile-schedule.ts';
import {
  findRun,
  isOver,
  isTemporalUnavailable,
  listFinished,
  listRunning,
  type Run,
  runJson,
} from '../operations/runs.ts';
import { startOperation } from '../operations/start.ts';
import { type Deployment, withDeployment } from './deployment.ts';
import { exitCodes } from './exit-codes.ts';
import {
  createLiveLine,
  describeRun,
  formatSeconds,
  formatTable,
  formatTime,
  note,
  print,
  printJson,
  progressLine,
} from './terminal.ts';

export async function start(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  { detach = false, json = false }: { readonly detach?: boolean; readonly json?: boolean },
): Promise<void> {
  await withDeployment(async (deployment) => {
    const { workflowId } = await deployment.act(`${operation.name}.start`, input, async (requestedBy) => {
      const handle = await startOperation(operation, input, deployment, requestedBy);
      return { result: 'Started', workflowId: handle.workflowId, outcome: 'started' };
    });
    note(`Started ${workflowId}`);
    if (!detach) await watch(deployment, operation, workflowId, json);
    else if (json) printJson({ workflow_id: workflowId });
    else print(workflowId);
  });
}

export async function list(
  operation: Operation,
  { limit, json = false }: { readonly limit: number; readonly json?: boolean },
): Promise<void> {
  await withDeployment(async (deployment) => {
    const running = await listRunning(deployment, [operation]);
    const all = [...running, ...(await listFinished(deployment, [operation], limit))];
    if (json) for (const run of all) printJson(asJson(run, deployment));
    else if (all.length === 0) print(neverRun(operation));
    else
      print(
        formatTable(
          ['status', 'started', 'took', 'done', '', 'problem', 'id'],
          all.map(({ status, startedAt, progress, workflowId }) => [
            progress?.dryRun ? `${status} (dry run)` : status,
            formatTime(startedAt),
            formatSeconds(progress?.seconds ?? 0),
            progress?.done ?? 0,
            progress?.unit ?? '',
            progress?.problem === undefined ? '' : 'yes',
            workflowId,
          ]),
        ),
      );
  });
}

/** Shows the progress or the report of a run. */
export async function status(
  operation: Operation,
  id: string | undefined,
  options: { readonly watch?: boolean; readonly json?: boolean },
): Promise<void> {
  await withDeployment(async (deployment) => {
    const run = await findOne(deployment, operation, id);
    if (!run) return options.json ? printJson(null) : print(neverRun(operation));
    const { watch: isWatched, json = false } = options;
    if (isWatched && !isOver(run)) return await watch(deployment, operation, run.workflowId, json);
    showRun(run, deployment, json);
  });
}

export async function control(
  operation: Operation,
  id: string | undefined,
  command: RunCommand,
  rate: number | null | undefined,
): Promise<void> {
  await withDeployment(async (deployment) => {
    const workflowId = id ?? (await onlyRunning(deployment, operation));
    const parameters = { workflow_id: workflowId, command, ...(rate !== undefined && { per_second: rate }) };
    const { result } = await deployment.act('runs.control', parameters, () =>
      controlRun(deployment, workflowId, command, rate),
    );
    print(`${workflowId}: ${result}`);
  });
}

async function onlyRunning(deployment: Deployment, operation: Operation): Promise<string> {
  const running = await listRunning(deployment, [operation]);
  const [run, ...others] = running;
  const title = operation.title.toLowerCase();
  if (!run) throw new Error(`No ${title} is running.`);
  if (others.length === 0) return run.workflowId;
  const ids = running.map(({ workflowId }) => `  ${workflowId}`).join('\n');
  throw new Error(`More than one ${title} is running. Give the id of one:\n${ids}`);
}

function neverRun({ title }: Operation): string {
  return `${title}: no runs yet.`;
}

/**
 * The run with an id; without one the newest running one, or else the one that finished last, if there is any.
 *
 * @throws if there is no run with the id
 */
async function findOne(
  deployment: Deployment,
  operation: Operation,
  id: string | undefined,
): Promise<Run | undefined> {
  const [found] =
    id === undefined ? await listRunning(deployment, [operation]) : [await findRun(deployment.temporal, id)];
  if (found && !isOver(found)) return found;
  const finished = await listFinished(deployment, [operation], id === undefined ? 1 : 1_000);
  const report = finished.find(({ workflowId }) => id === undefined || workflowId === id) ?? found;
  if (!report && id !== undefined) throw new Error(`No run with id ${id}.`);
  return report;
}

/** Milliseconds between two requests. */
const interval = 1_000;

/**
 * Shows the progress of a run until it ends, then its report, and sets the exit code. Ctrl-C ends the watching, not the
 * operation.
 */
async function watch(
  deployment: Deployment,
  operation: Operation,
  workflowId: string,
  json: boolean,
): Promise<void> {
  const line = createLiveLine();
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once('SIGINT', onSignal);
  try {
    for (;;) {
      const run = await findRun(deployment.temporal, workflowId).catch((error: unknown) => {
        if (isTemporalUnavailable(error)) return 'unavailable' as const;
        throw error;
      });
      if (!run) throw new Error(`No run with id ${workflowId}.`);
      const text =
        run === 'unavailable'
          ? 'Temporal is not responding; the operation is still running'
          : progressLine(run);
      const problem = run === 'unavailable' ? undefined : run.progress?.problem;
      if (run !== 'unavailable' && isOver(run)) {
        line.end(text);
        return showRun(run, deployment, json);
      }
      line.show(problem === undefined ? text : `${text}; ${problem}`);
      await sleep(interval, undefined, { signal: interrupted.signal }).catch(() => undefined);
      if (interrupted.signal.aborted) {
        line.end(text);
        note(`The run continues: buildhub ${operation.name} status ${workflowId} --watch`);
        process.exitCode = exitCodes.interrupted;
        return;
      }
    }
  } finally {
    process.off('SIGINT', onSignal);
  }
}

function showRun(run: Run, deployment: Deployment, json: boolean): void {
  if (json) printJson(asJson(run, deployment));
  else print(isOver(run) ? describeRun(run) : `${describeRun(run)}\n${progressLine(run)}`);
  const { status, progress } = run;
  if (!isOver(run)) return;
  if (status === 'failed') process.exitCode = 1;
  else if (status === 'cancelled') process.exitCode = exitCodes.cancelled;
  else if (progress?.problem !== undefined) process.exitCode = exitCodes.hasProblems;
}

function asJson(run: Run, { config }: Deployment) {
  return runJson(run, temporalRunUrl(config, run.workflowId, run.runId));
}

/** Creates, replaces or deletes the schedule of reconciliations. @param every undefined to delete it */
export async function changeSchedule(
  every: string | undefined,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  await withDeployment(async (deployment) => {
    const { result } =
      every === undefined
        ? await deployment.act('reconcile-schedule.delete', {}, () => deleteReconcileSchedule(deployment))
        : await deployment.act('reconcile-schedule.set', { every, ...input }, () =>
            setReconcileSchedule(deployment, every, input),
          );
    note(result);
  });
}

export async function showSchedule(json: boolean): Promise<void> {
  await withDeployment(async (deployment) => {
    const schedule = await readReconcileSchedule(deployment);
    if (json) return printJson(schedule ?? null);
    if (!schedule) return print('There is no schedule.');
    const { every, repair, contents, extent, bucket, is_paused: isPaused } = schedule;
    const { last_run_at: last, next_run_at: next } = schedule;
    print(
      `${every === null ? 'At times set in Temporal' : `Every ${every}`}: ${repair ? 'repairs' : 'reports'} differences`,
    );
    print(`contents: ${contents}, bucket s3://${bucket}: ${extent}`);
    print(`last run: ${last ? formatTime(last) : 'none yet'}`);
    print(`next run: ${next ? formatTime(next) : isPaused ? 'none: it was paused in Temporal' : 'none'}`);
  });
}
