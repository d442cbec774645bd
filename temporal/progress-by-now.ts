/** Seconds after which it is said that nothing was finished of late. */
const quietAfter = 30;

/** The members of a progress that time changes. */
interface Timed {
  phase?: string;
  isPaused?: boolean;
  /** ISO 8601. */
  startedAt?: string;
  seconds?: number;
  secondsLeft?: number | undefined;
  perSecond?: number;
  keysPerSecond?: number;
  buildsPerSecond?: number;
}

/** What is done per second of late, under the names that progresses have for it. */
const speeds = ['perSecond', 'keysPerSecond', 'buildsPerSecond'] as const;

/**
 * What a progress is by now. The clock of a workflow stands still between its tasks, so that it answers as of the last
 * one. Each thing that is finished is a task; so the time since the start goes on, the time left grows shorter, and after
 * half a minute without a task the speeds are 0 and the time left is not known. Nor is it of one that is paused.
 *
 * @param progress of a workflow that runs; as it is where it does not say when it was told (`startedAt` and `seconds`)
 * @param now milliseconds since 1970
 */
export function progressByNow<P>(progress: P, now: number): P {
  if (typeof progress !== 'object' || progress === null) return progress;
  const { startedAt, seconds, secondsLeft, ...told }: Timed = progress;
  if (startedAt === undefined || seconds === undefined) return progress;
  const byNow = Math.max(seconds, (now - Date.parse(startedAt)) / 1_000);
  const age = byNow - seconds;
  const moved: Timed = { startedAt, seconds: byNow };
  const isPaused = told.isPaused === true || told.phase === 'paused' || told.phase === 'pausing';
  if (secondsLeft !== undefined)
    moved.secondsLeft = isPaused || age > quietAfter ? undefined : Math.max(0, secondsLeft - age);
  for (const speed of speeds) if (age > quietAfter && told[speed] !== undefined) moved[speed] = 0;
  return { ...progress, ...moved };
}
