import { Listr, PRESET_TIMER } from 'listr2';

/** Reports progress of a task; the text replaces the previous one. */
export type Note = (text: string) => void;

export interface Task {
  readonly title: string;
  /** Does the work and returns the result in a few words. */
  run(note: Note, signal: AbortSignal): Promise<string>;
}

/** How progress is shown: a live list on a terminal and a line per event elsewhere, or not at all. */
export type Report = 'auto' | 'silent';

/** Notes of one task in a log are at least this far apart, in milliseconds. */
const noteEvery = 10_000;

/**
 * Runs tasks side by side and shows their progress. The first failure aborts the others.
 *
 * @throws one error with the message of each that failed; the signal's reason when the caller aborted
 */
export async function runTasks(tasks: readonly Task[], report: Report, signal?: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const errors: Error[] = [];
  // A terminal that does not know its width would be shown empty lines.
  const isLive = process.stdout.isTTY && process.stdout.columns > 0;
  const list = new Listr(
    tasks.map(({ title, run }) => ({
      title,
      async task(_, line) {
        let notedAt = Date.now();
        const note = (text: string) => {
          if (!isLive && Date.now() - notedAt < noteEvery) return;
          notedAt = Date.now();
          line.output = text;
        };
        try {
          line.title = `${title}: ${await run(note, either)}`;
        } catch (error) {
          // Tasks that end only because they were aborted would hide the cause.
          const isAborted =
            either.aborted && (error === either.reason || (error as Error).name === 'AbortError');
          if (!isAborted) errors.push(error instanceof Error ? error : new Error(String(error)));
          failed.abort(new Error('Stopped, because another part failed.'));
          throw error;
        }
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      // The launcher handles Ctrl-C and stops the services; the list would end the process at once.
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false, formatOutput: 'truncate' },
      fallbackRenderer: 'simple',
      fallbackRendererCondition: !isLive,
      fallbackRendererOptions: { timer: PRESET_TIMER },
      silentRendererCondition: report === 'silent',
    },
  );
  await list.run();
  signal?.throwIfAborted();
  if (errors.length > 0)
    throw new Error(errors.map(({ message }) => message).join('\n\n'), { cause: errors[0] });
}
