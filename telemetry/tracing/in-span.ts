import {
  type Attributes,
  context,
  isSpanContextValid,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { describeError } from '../describe-error.ts';

/** How a span is described. */
export interface SpanDescription {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/**
 * Does some work in a span below the active one. Where tracing is off this is the work and nothing else.
 *
 * @param name what is done, the same for each time, so that the backend can group by it
 */
export async function inSpan<T>(
  name: string,
  { kind, attributes }: SpanDescription,
  work: () => Promise<T>,
): Promise<T> {
  const span = trace.getTracer('buildhub').startSpan(name, { kind, attributes });
  // One that is not sampled goes along all the same: what is below it would else begin a trace of its own.
  if (!isSpanContextValid(span.spanContext())) return await work();
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    const { type, message, code, status } = describeError(error);
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.setAttribute('error.type', code ?? (status === undefined ? type : String(status)));
    throw error;
  } finally {
    span.end();
  }
}

/** The same for what is of interest only as a part of something: without an active span there is none. */
export async function inChildSpan<T>(
  name: string,
  description: SpanDescription,
  work: () => Promise<T>,
): Promise<T> {
  return trace.getActiveSpan() ? await inSpan(name, description, work) : await work();
}

/** Adds attributes to the active span, if there is one; values that are undefined are left out. */
export function annotateSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}
