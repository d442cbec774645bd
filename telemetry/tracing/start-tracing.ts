import type { Attributes } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import type { Config } from '../../config/config.ts';
import { readVersion } from '../../config/version.ts';
import type { Logger } from '../logger.ts';

/** Tracing that is on: what Temporal's client and worker need for it. */
export interface Tracing {
  readonly clientInterceptor: WorkflowClientInterceptor;
  readonly workerInterceptors: Required<Pick<WorkerInterceptors, 'activity'>>;
  readonly sinks: InjectedSinks<OpenTelemetrySinks>;
  /** Sends what is left and takes tracing out of the process. */
  stop(): Promise<void>;
}

/**
 * Sends traces by OTLP (HTTP, protobuf), where the configuration has an endpoint. Without one nothing of OpenTelemetry
 * is loaded but its API, whose spans are then empty functions.
 *
 * Headers, sampler, batch sizes and more about the process can be set by the other variables of OpenTelemetry, which its
 * SDK reads by itself.
 *
 * @param process what runs; the service is called `buildhub-PROCESS` unless the environment says otherwise
 */
export async function startTracing(
  config: Pick<Config, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_SERVICE_NAME'>,
  process: string,
  logger: Logger,
): Promise<Tracing | undefined> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return undefined;
  const [api, base, exporters, resources, contexts, temporal] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/context-async-hooks'),
    import('@temporalio/interceptors-opentelemetry'),
  ]);
  const resource = new resources.Resource({
    ...resources.Resource.default().attributes,
    'service.name': `buildhub-${process}`,
    'service.version': readVersion().version,
    // OTEL_RESOURCE_ATTRIBUTES, which an orchestrator sets: where it runs, and which of several it is.
    ...resources.envDetectorSync.detect().attributes,
    ...(config.OTEL_SERVICE_NAME && { 'service.name': config.OTEL_SERVICE_NAME }),
  });
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const processor = new base.BatchSpanProcessor(new exporters.OTLPTraceExporter({ url }));
  const provider = new base.BasicTracerProvider({ resource, spanProcessors: [processor] });
  api.diag.setLogger(problemsOnly(logger), api.DiagLogLevel.WARN);
  provider.register({ contextManager: new contexts.AsyncLocalStorageContextManager().enable() });
  logger.info({ endpoint: url }, 'Sending traces');
  return {
    clientInterceptor: new temporal.OpenTelemetryWorkflowClientInterceptor(),
    workerInterceptors: {
      activity: [
        (context) => ({
          inbound: new temporal.OpenTelemetryActivityInboundInterceptor(context),
          outbound: new temporal.OpenTelemetryActivityOutboundInterceptor(context),
        }),
      ],
    },
    sinks: { exporter: temporal.makeWorkflowExporter(describeWorkflowSpans(processor), resource) },
    async stop() {
      await provider.shutdown().catch((error: unknown) => {
        logger.warn({ err: error, url }, 'The last traces could not be sent');
      });
      for (const part of [api.trace, api.context, api.propagation, api.diag]) part.disable();
    },
  };
}

/** A collector that is away must not fill the log: one line for each batch that is dropped. */
function problemsOnly(logger: Logger) {
  const write = (...words: unknown[]) =>
    logger.warn({ detail: words.map(String).join(' ').slice(0, 500) }, 'Tracing');
  return { error: write, warn: write, info() {}, debug() {}, verbose() {} };
}

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
