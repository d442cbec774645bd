import { trace } from '@opentelemetry/api';
import { type Logger, pino } from 'pino';
import { describeError } from './describe-error.ts';

export type { Logger } from 'pino';

/**
 * The logger of one process: a line of JSON for each event.
 *
 * Ids that join the lines of one build have the same name everywhere: `messageId` (SQS), `workflowId` and `runId`
 * (Temporal), `bucket` and `key` (S3), `buildHash`, `traceId`. An error is under `err`, see {@link describeError}.
 *
 * @param process what runs, for example `worker`
 * @param output standard error for a command, whose result goes to standard output
 */
export function createLogger(process: string, level: string, output: 'stdout' | 'stderr' = 'stdout'): Logger {
  const options = {
    name: 'buildhub',
    level,
    base: { process, pid: globalThis.process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: activeTrace,
    serializers: { err: describeError },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: printable },
  };
  return pino(options, pino.destination(output === 'stdout' ? 1 : 2));
}

/**
 * A line of JSON without characters that control a terminal or change the direction of text: keys and messages come from
 * others. JSON itself escapes only those below U+0020.
 */
function printable(line: string): string {
  return line.replaceAll(
    /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** If tracing is off there is never an active span. */
function activeTrace(): { readonly traceId?: string } {
  const span = trace.getActiveSpan();
  return span ? { traceId: span.spanContext().traceId } : {};
}
