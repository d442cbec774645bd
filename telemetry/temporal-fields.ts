import type { LogMetadata } from '@temporalio/worker';

/** Names that this project has for something that Temporal's SDK calls otherwise. */
const renamed: Readonly<Record<string, string>> = {
  workflowRunId: 'runId',
  activityType: 'activity',
  workflowType: 'workflow',
  sdkComponent: 'component',
  durationMs: 'milliseconds',
  error: 'err',
  trace_id: 'traceId',
  span_id: 'spanId',
};

/** The same in every line of a process, or of no use to a reader. */
const dropped = new Set(['taskToken', 'taskQueue', 'namespace', 'activityId', 'trace_flags']);

/** The fields of a log line from what Temporal's SDK says about an event. */
export function temporalFields(meta: LogMetadata = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta)
      .filter(([name, value]) => value !== undefined && !dropped.has(name))
      .map(([name, value]) => [renamed[name] ?? name, value]),
  );
}
