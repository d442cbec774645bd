import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import { listenHere } from '../../tests/fixture/listen-here.ts';

interface MessageType {
  decode(body: Uint8Array): unknown;
  toObject(message: unknown, options: Readonly<Record<string, unknown>>): unknown;
}

// OTLP's own definitions, compiled; they come without types.
const { ExportTraceServiceRequest } = (
  root as unknown as {
    opentelemetry: {
      proto: { collector: { trace: { v1: Record<'ExportTraceServiceRequest', MessageType> } } };
    };
  }
).opentelemetry.proto.collector.trace.v1;

export interface ReceivedSpan {
  /** Attributes of the process that made it. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether its status is an error. */
  readonly failed: boolean;
}

/** Something that takes traces by OTLP over HTTP in protobuf, as a collector does, and keeps them. */
interface TraceCollector extends AsyncDisposable {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
}

/** Starts one on a free loopback port. Any other request than an export of traces gets a 400. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    try {
      if (request.method !== 'POST' || request.url !== '/v1/traces')
        throw new Error('Not an export of traces');
      if (request.headers['content-type'] !== 'application/x-protobuf') throw new Error('Not protobuf');
      const body = await buffer(request);
      spans.push(...readSpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
      response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  const listening = await listenHere(server);
  return { ...listening, endpoint: listening.url, spans };
}

interface KeyValue {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly name: string;
        readonly attributes?: readonly KeyValue[];
        readonly status?: { readonly code?: number };
      }[];
    }[];
  }[];
}

/** `STATUS_CODE_ERROR` of OTLP. */
const error = 2;

function readSpans(body: Uint8Array): ReceivedSpan[] {
  const request = ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(body), {
    bytes: String,
    longs: String,
    arrays: true,
  }) as Exported;
  return request.resourceSpans.flatMap(({ resource: process, scopeSpans = [] }) => {
    const resource = readAttributes(process?.attributes);
    const service = String(resource['service.name']);
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, attributes, status }) => ({
        resource,
        service,
        traceId,
        spanId,
        parentSpanId,
        name,
        attributes: readAttributes(attributes),
        failed: status?.code === error,
      })),
    );
  });
}

/** A value is an object with one member, named after its type. */
function readAttributes(attributes: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value = {} }) => [key, Object.values(value)[0]]));
}
