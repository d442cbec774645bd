import type { Progress } from '../workflows/progress.ts';
import type { RunSummary } from './operation-run.ts';

const nothing: RunSummary = {
  phase: undefined,
  isPaused: false,
  isDryRun: false,
  share: undefined,
  seconds: undefined,
  secondsLeft: undefined,
  limit: undefined,
  speeds: [],
  facts: [],
  problem: undefined,
};

/** An operation's progress or report as the API shows it; undefined if it has reported nothing yet. */
export function summariseRun(progress: Progress | undefined): RunSummary {
  if (!progress) return nothing;
  const { phase, dryRun, unit, done, total, rate, rateLimit, seconds, secondsLeft, facts, problem } =
    progress;
  return {
    phase,
    isPaused: phase === 'paused' || phase === 'pausing',
    isDryRun: dryRun,
    share: total ? Math.min(1, done / total) : undefined,
    seconds,
    secondsLeft,
    limit: rateLimit === undefined ? undefined : { unit, perSecond: rateLimit },
    speeds: [{ unit, perSecond: rate }],
    facts: [{ label: unit, value: done }, ...facts],
    problem,
  };
}
