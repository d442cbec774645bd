interface Span {
  readonly started_at: string;
  readonly ended_at: string | null;
}

/** Where a step lies in its run, in percent of the run's length; never too thin to be seen. */
export function placeOnLine(step: Span, run: Span, now = Date.now()): { left: number; width: number } {
  const start = Date.parse(run.started_at);
  const length = Math.max(1, timeOf(run.ended_at, now) - start);
  const from = clamp(((Date.parse(step.started_at) - start) / length) * 100);
  const to = clamp(((timeOf(step.ended_at, now) - start) / length) * 100);
  const width = Math.max(1, to - from);
  return { left: Math.min(from, 100 - width), width };
}

function timeOf(text: string | null, now: number): number {
  return text === null ? now : Date.parse(text);
}

function clamp(percent: number): number {
  return Math.min(Math.max(percent, 0), 100);
}
