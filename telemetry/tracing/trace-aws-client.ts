import { SpanKind } from '@opentelemetry/api';
import { inChildSpan } from './in-span.ts';

/** Members of the input of S3's and SQS's commands that say what a request is about. */
const described = {
  Bucket: 'aws.s3.bucket',
  Key: 'aws.s3.key',
  QueueUrl: 'aws.sqs.queue.url',
} as const;

/** As much of a client of the AWS SDK as is needed here: each has a middleware stack, typed for its own commands. */
interface AwsClient {
  readonly middlewareStack: {
    add(middleware: never, options: { name: string; step: 'initialize'; override: true }): void;
  };
}

type Next = (args: { readonly input: Record<string, unknown> }) => Promise<unknown>;

/**
 * Has a span made of each request of a client, its own retries included, that is part of something traced.
 *
 * @param service `S3` or `SQS`
 */
export function traceAwsClient<C extends AwsClient>(client: C, service: string): C {
  const middleware =
    (next: Next, { commandName = 'unknown' }: { commandName?: string }): Next =>
    (args) => {
      const method = commandName.replace(/Command$/, '');
      const attributes = { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': method };
      return inChildSpan(
        `${service}.${method}`,
        { kind: SpanKind.CLIENT, attributes: { ...attributes, ...describe(args.input) } },
        () => next(args),
      );
    };
  client.middlewareStack.add(middleware as never, {
    name: 'buildhub-tracing',
    step: 'initialize',
    override: true,
  });
  return client;
}

function describe(input: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(described).flatMap(([member, attribute]) => {
      const value = input[member];
      return typeof value === 'string' ? [[attribute, value]] : [];
    }),
  );
}
