import type { Attributes } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

/**
 * What a span of a workflow says of it, of all that the SDK knows and would attach: among that are memo, search
 * attributes and functions, 5 kB in the form of maps, which backends refuse or do not search. Ids have the names that
 * the spans of starts and activities have.
 */
const names: Readonly<Record<string, string>> = {
  workflowId: 'temporalWorkflowId',
  runId: 'run_id',
  workflowType: 'workflowType',
  attempt: 'attempt',
};

/** Passes on the spans of workflows, which come whole from their sandbox, with no more than what they are about. */
export function describeWorkflowSpans(processor: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, context) => processor.onStart(span, context),
    onEnd: (span) => processor.onEnd({ ...span, attributes: describe(span.attributes) }),
    forceFlush: () => processor.forceFlush(),
    shutdown: () => processor.shutdown(),
  };
}

function describe(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      if (name.startsWith('temporal')) return [[name, value]];
      const known = names[name];
      return known === undefined ? [] : [[known, value]];
    }),
  );
}
