/*
 * Pure types and functions: workflows compute a progress, and the command line, the API and the page read it.
 */

/** Milliseconds that a rate looks back. */
const rateWindow = 120_000;

/** Milliseconds between two samples, so that their number is bounded however fast things finish. */
const sampleInterval = 1_000;

/** Seconds without a finished piece of work after which a rate is 0. */
const quietAfter = 30;

export interface Fact {
  /** Plain English, unique within a progress. */
  readonly label: string;
  readonly value: number | string;
}

/**
 * How far a long operation is: what its workflow returns for the query `progress`, keeps in its memo, and leaves as its
 * report.
 */
export interface Progress {
  /**
   * One word of the operation's own: planning, running, filling, ... At the end `done`, `cancelled` or `failed`; `pausing`
   * (what was begun is being finished) and `paused` while it is paused.
   */
  readonly phase: string;
  readonly dryRun: boolean;
  /** What `done`, `total` and `rate` count: keys, builds, retries, rows, ... */
  readonly unit: string;
  readonly done: number;
  /** If it is known. */
  readonly total?: number;
  /** Units per second, over the last two minutes. */
  readonly rate: number;
  /** Units per second (downloads for a backfill) that are not exceeded; null for none. Only if the operation takes one. */
  readonly rateLimit?: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Since then, pauses included. */
  readonly seconds: number;
  readonly secondsLeft?: number;
  /** In reading order. */
  readonly facts: readonly Fact[];
  /** What is wrong and what to do. */
  readonly problem?: string;
  /**
   * Only in the report of a reconciliation that found differences and left them: the input of the operation `reconcile`
   * that repairs exactly what was compared, the sample included.
   */
  readonly repair?: Readonly<Record<string, string | number | boolean>>;
}

export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly done: number;
}

export function addSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const recent = samples.filter(
    ({ at }, index) => sample.at - at < rateWindow || index === samples.length - 1,
  );
  const [before, last] = recent.slice(-2);
  const isCrowded = before && last && last.at - before.at < sampleInterval;
  return [...(isCrowded ? recent.slice(0, -1) : recent), sample];
}

/** Units per second since the first sample; one second at least counts as passed. */
export function rateOf(samples: readonly Sample[], now: number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  return first && last ? (last.done - first.done) / Math.max(1, (now - first.at) / 1_000) : 0;
}

export function isPaused({ phase }: Pick<Progress, 'phase'>): boolean {
  return phase === 'paused' || phase === 'pausing';
}

export function isFinished({ phase }: Pick<Progress, 'phase'>): boolean {
  return phase === 'done' || phase === 'cancelled' || phase === 'failed';
}

/**
 * What the progress of a run is by now. The clock of a workflow stands still between its tasks, so a progress is as of
 * the last one, and each piece of work that is finished is a task. So the time since the start grows and the time left
 * shrinks; after half a minute without a task the rate is 0. Then, and while it is paused, the time left is unknown.
 *
 * @param progress of a workflow that is running; a finished one is returned as it is
 * @param now milliseconds since 1970
 */
export function progressAt(progress: Progress, now: number): Progress {
  if (isFinished(progress)) return progress;
  const { secondsLeft, ...rest } = progress;
  const seconds = Math.max(rest.seconds, (now - Date.parse(rest.startedAt)) / 1_000);
  const age = seconds - rest.seconds;
  const isQuiet = age > quietAfter;
  return {
    ...rest,
    seconds,
    ...(isQuiet && { rate: 0 }),
    ...(secondsLeft !== undefined &&
      !isQuiet &&
      !isPaused(rest) && { secondsLeft: Math.max(0, secondsLeft - age) }),
  };
}

/** Markdown for the Temporal UI. */
export function progressMarkdown(progress: Progress): string {
  const { phase, dryRun, unit, done, total, rate, rateLimit, secondsLeft, facts, problem } = progress;
  const share = total ? `, ${((100 * Math.min(done, total)) / total).toFixed(1)}%` : '';
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  const of = total === undefined ? '' : ` of ${count(total)}`;
  const limit = rateLimit ? `, up to ${count(rateLimit)}/s` : '';
  return [
    `**${phase}**${dryRun ? ' (dry run: nothing is written)' : ''}${share}${left}`,
    ...(problem === undefined ? [] : [problem]),
    `${count(done)}${of} ${unit} (${count(rate)}/s${limit})`,
    facts
      .map(({ label, value }) => `- ${label}: ${typeof value === 'number' ? count(value) : value}`)
      .join('\n'),
  ].join('\n\n');
}

/** Thousands separated, one digit behind the point for what is small. */
function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
