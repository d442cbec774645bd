import type { Timeline, TimelineStep } from '../../api/ingestions/run/run-schema.ts';
import { formatDate } from '../format/date.ts';
import { formatDuration } from '../format/numbers.ts';
import { ScrollFrame } from '../parts/scroll-frame.tsx';

const kinds: Readonly<Record<TimelineStep['kind'], string>> = {
  local: 'quick',
  regular: 'durable',
  'workflow task': 'worker',
};

/** The steps of a run, each with its attempts, its place in time, and what went wrong. */
export function RunTimeline({ timeline }: { timeline: Timeline }) {
  const { status, started_at, duration_ms, error, steps } = timeline;
  return (
    <>
      <p className="soft">
        Run {status}, started {formatDate(started_at)} UTC
        {duration_ms !== null && <>, took {formatDuration(duration_ms)}</>}
      </p>
      {error && <p className="step-error">{error}</p>}
      <ScrollFrame label="Steps of the run">
        <table className="timeline">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Way</th>
              <th scope="col">State</th>
              <th scope="col" className="number">
                Attempts
              </th>
              <th scope="col" className="number">
                Took
              </th>
              <th scope="col" className="line">
                When
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <Step key={`${step.name} ${step.kind} ${step.started_at}`} step={step} timeline={timeline} />
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </>
  );
}

function Step({ step, timeline }: { step: TimelineStep; timeline: Timeline }) {
  const { left, width } = placeOnLine(step, timeline);
  return (
    <tr>
      <th scope="row">{step.name}</th>
      <td>{kinds[step.kind]}</td>
      <td>
        <span className="step-state" data-state={step.state}>
          {step.state}
        </span>
      </td>
      <td className="number">{step.attempts}</td>
      <td className="number">{step.duration_ms === null ? '' : formatDuration(step.duration_ms)}</td>
      <td className="line">
        <div className="track" title={`${step.started_at} to ${step.ended_at ?? 'now'}`}>
          <div style={{ marginLeft: `${left}%`, width: `${width}%` }} data-state={step.state} />
        </div>
        {step.error && <p className="step-error">{step.error}</p>}
        {step.next_attempt_at && <p className="soft">Next attempt {formatDate(step.next_attempt_at)} UTC</p>}
      </td>
    </tr>
  );
}

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
