import type { Attributes } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { OpenTelemetrySinks } from '@temporalio/interceptors-opentelemetry';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { readVersion } from '../config/version.ts';
import type { Logger } from './logger.ts';

/** Tracing that is on: what Temporal's client and worker need for it. */
export interface Tracing {
  readonly clientInterceptor: WorkflowClientInterceptor;
  readonly workerInterceptors: Required<Pick<WorkerInterceptors, 'activity'>>;
  readonly sinks: InjectedSinks<OpenTelemetrySinks>;
  /** Sends what is left and takes tracing out of the process. */
  stop(): Promise<void>;
}

/**
 * Sends traces by OTLP (HTTP, protobuf) if the configuration has an endpoint. Without one nothing of OpenTelemetry is
 * loaded but its API, whose spans are then empty functions.
 *
 * The SDK itself reads the other variables of OpenTelemetry, such as headers, sampler and batch sizes.
 *
 * @param process what runs; the service is called `buildhub-PROCESS` unless the environment says otherwise
 */
export async function startTracing(
  config: Pick<Config, 'OTEL_EXPORTER_OTLP_ENDPOINT'>,
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
    // OTEL_SERVICE_NAME, and OTEL_RESOURCE_ATTRIBUTES, which an orchestrator sets: where it runs, and which replica it is.
    ...resources.envDetectorSync.detect().attributes,
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

/** One line for each batch that is dropped: a collector that is down must not fill the log. */
function problemsOnly(logger: Logger) {
  const write = (...words: unknown[]) =>
    logger.warn({ detail: words.map(String).join(' ').slice(0, 500) }, 'Tracing');
  return { error: write, warn: write, info() {}, debug() {}, verbose() {} };
}

/** What is kept of a workflow's span, and its name there. */
const workflowAttributes: Readonly<Record<string, string>> = {
  workflowId: 'temporalWorkflowId',
  runId: 'run_id',
  workflowType: 'workflowType',
  attempt: 'attempt',
};

/**
 * Passes on the spans of workflows with their ids only. The SDK would attach all that it knows: memo, search attributes
 * and functions, 5 kB in the form of maps, which backends refuse or do not search.
 */
function describeWorkflowSpans(processor: SpanProcessor): SpanProcessor {
  const describe = (attributes: Attributes): Attributes =>
    Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => {
        const shown = name.startsWith('temporal') ? name : workflowAttributes[name];
        return shown === undefined ? [] : [[shown, value]];
      }),
    );
  return {
    onStart: (span, context) => processor.onStart(span, context),
    onEnd: (span) => processor.onEnd({ ...span, attributes: describe(span.attributes) }),
    forceFlush: () => processor.forceFlush(),
    shutdown: () => processor.shutdown(),
  };
}
