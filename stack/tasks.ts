import { Listr, PRESET_TIMER } from 'listr2';

/** What a task tells while it runs; the text replaces the one before. */
export type Note = (text: string) => void;

export interface Task {
  readonly title: string;
  /** Does the work and returns what came of it, in a few words. */
  run(note: Note, signal: AbortSignal): Promise<string>;
}

/** One thing that happened, for whoever wants to show it in a way of their own. */
export interface Progress {
  readonly task: string;
  readonly state: 'started' | 'note' | 'done' | 'failed';
  readonly text: string;
  /** Since the task began. */
  readonly elapsedMs: number;
}

/**
 * How progress is shown: `auto` (a live list with timers on a terminal, plain lines elsewhere), `plain`, `silent`, or
 * a function that is given each event.
 */
export type Report = 'auto' | 'plain' | 'silent' | ((progress: Progress) => void);

/** Thrown when tasks failed: its message holds each one's. */
export class TasksFailedError extends AggregateError {
  constructor(errors: readonly Error[]) {
    super(errors, errors.map((error) => error.message).join('\n\n'));
    this.name = 'TasksFailedError';
  }
}

/**
 * Runs tasks side by side and shows how far they are. The first failure aborts the others.
 * Throws TasksFailedError, or the signal's reason when the caller aborted.
 */
export async function runTasks(tasks: readonly Task[], report: Report, signal?: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const errors: Error[] = [];
  const guarded = tasks.map(
    (task): Task => ({
      title: task.title,
      async run(note) {
        try {
          return await task.run(note, either);
        } catch (error) {
          if (!isAbort(error, either)) errors.push(error instanceof Error ? error : new Error(String(error)));
          stop.abort(new Error('Stopped, because another part failed.'));
          throw error;
        }
      },
    }),
  );
  // A terminal that does not know its width would be shown empty lines.
  if (report === 'auto' && process.stdout.isTTY && process.stdout.columns > 0)
    await runAsList(guarded, either);
  else await runAsEvents(guarded, report === 'auto' || report === 'plain' ? plainLines() : report, either);
  signal?.throwIfAborted();
  if (errors.length > 0) throw new TasksFailedError(errors);
}

/** Whether a task ended only because it was told to: not worth telling, beside the cause. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return (
    signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))
  );
}

async function runAsList(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
  const list = new Listr(
    tasks.map(({ title, run }) => ({
      title,
      async task(_, line) {
        const outcome = await run((text) => {
          line.output = text;
        }, signal);
        line.title = `${title}: ${outcome}`;
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C is the launcher's, which stops the services; the list would end the process at once.
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false, formatOutput: 'truncate' },
    },
  );
  await list.run();
}

async function runAsEvents(
  tasks: readonly Task[],
  report: 'silent' | ((progress: Progress) => void),
  signal: AbortSignal,
): Promise<void> {
  const tell = report === 'silent' ? () => undefined : report;
  await Promise.allSettled(
    tasks.map(async ({ title, run }) => {
      const from = Date.now();
      const event = (state: Progress['state'], text: string) =>
        tell({ task: title, state, text, elapsedMs: Date.now() - from });
      event('started', '');
      try {
        event('done', await run((text) => event('note', text), signal));
      } catch (error) {
        event('failed', error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
      }
    }),
  );
}

/** Plain lines, each with the seconds since the task began; repeated notes at most every ten seconds. */
function plainLines(): (progress: Progress) => void {
  const last = new Map<string, number>();
  return ({ task, state, text, elapsedMs }) => {
    if (state === 'started') return;
    const isRecent = elapsedMs - (last.get(task) ?? Number.NEGATIVE_INFINITY) < 10_000;
    if (state === 'note' && isRecent) return;
    last.set(task, elapsedMs);
    const mark = state === 'done' ? '✔' : state === 'failed' ? '✖' : '…';
    process.stdout.write(
      `${`${(elapsedMs / 1000).toFixed(1)} s`.padStart(8)}  ${mark} ${task}: ${shorten(text)}\n`,
    );
  };
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
