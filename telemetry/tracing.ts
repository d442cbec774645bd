import {
  type Attributes,
  context,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type pg from 'pg';
import { describeError } from './describe-error.ts';

/**
 * Does some work in a span below the active one. If tracing is off this is the work and nothing else.
 *
 * @param name what is done, the same each time, so that the backend can group by it
 */
export async function inSpan<T>(
  name: string,
  { kind, attributes }: { readonly kind: SpanKind; readonly attributes: Attributes },
  work: () => Promise<T>,
): Promise<T> {
  const span = trace.getTracer('buildhub').startSpan(name, { kind, attributes });
  // One that is not sampled is set as active too: what is below it would otherwise begin a trace of its own.
  if (!isSpanContextValid(span.spanContext())) return await work();
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    const { type, message, code, status } = describeError(error);
    span.recordException({ name: type, message });
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.setAttribute('error.type', code ?? (status === undefined ? type : String(status)));
    throw error;
  } finally {
    span.end();
  }
}

/** A request to a store, in a span if it is part of something traced. */
async function inRequestSpan<T>(name: string, attributes: Attributes, request: () => Promise<T>): Promise<T> {
  if (!trace.getActiveSpan()) return await request();
  return await inSpan(name, { kind: SpanKind.CLIENT, attributes }, request);
}

/** What a span is about, under the names that log lines have, and their names by OpenTelemetry's conventions. */
const attributeNames = {
  messageId: 'messaging.message.id',
  workflowId: 'temporalWorkflowId',
  bucket: 'aws.s3.bucket',
  key: 'aws.s3.key',
  buildHash: 'buildhub.build_hash',
} as const;

export function annotateSpan(
  ids: { readonly [Id in keyof typeof attributeNames]?: string | undefined },
): void {
  const span = trace.getActiveSpan();
  for (const [id, name] of Object.entries(attributeNames)) {
    const value = ids[id as keyof typeof attributeNames];
    if (value !== undefined) span?.setAttribute(name, value);
  }
}

type Query = (...args: unknown[]) => unknown;

/** Has a span made of each statement, those within transactions too. One of the pool itself includes the wait for a connection. */
export function tracePool(pool: pg.Pool): void {
  pool.query = traceQuery(pool.query.bind(pool) as Query) as typeof pool.query;
  pool.on('connect', (client) => {
    client.query = traceQuery(client.query.bind(client) as Query) as typeof client.query;
  });
}

function traceQuery(query: Query): Query {
  return (...args) => {
    // The pool calls its connections with a callback, for a statement that has its span already.
    if (args.some((arg) => typeof arg === 'function')) return query(...args);
    const [statement] = args;
    const text = typeof statement === 'string' ? statement : (statement as pg.QueryConfig).text;
    const operation = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'query';
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      // Values are parameters and never part of it.
      'db.query.text': text.slice(0, 500),
    };
    return inRequestSpan(`PostgreSQL ${operation}`, attributes, async () => await query(...args));
  };
}

/** As much of a client of the AWS SDK as is needed here: each has a middleware stack, typed for its own commands. */
interface AwsClient {
  readonly middlewareStack: { add(middleware: never, options: { name: string; step: 'initialize' }): void };
}

type Send = (request: { readonly input: Record<string, unknown> }) => Promise<unknown>;

/** Members of the input of S3's and SQS's commands that say what a request is about. */
const inputNames = { Bucket: 'aws.s3.bucket', Key: 'aws.s3.key', QueueUrl: 'aws.sqs.queue.url' };

/** Has a span made of each request of a client, the SDK's retries included. */
export function traceAwsClient(client: AwsClient, service: 'S3' | 'SQS'): void {
  const middleware =
    (send: Send, { commandName = 'unknown' }: { commandName?: string }): Send =>
    (request) => {
      const method = commandName.replace(/Command$/, '');
      const attributes: Attributes = {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': method,
      };
      for (const [member, name] of Object.entries(inputNames)) {
        const value = request.input[member];
        if (typeof value === 'string') attributes[name] = value;
      }
      return inRequestSpan(`${service}.${method}`, attributes, () => send(request));
    };
  client.middlewareStack.add(middleware as never, { name: 'buildhub-tracing', step: 'initialize' });
}
