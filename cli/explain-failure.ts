import { inspect } from 'node:util';
import { errors } from '@elastic/elasticsearch';
import { isGrpcServiceError, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ChildWorkflowFailure } from '@temporalio/common';
import { DrizzleQueryError } from 'drizzle-orm';
import { ConfigError } from '../config/config.ts';
import { ServiceAway, tellAway } from './service-away.ts';

/** gRPC statuses of a request that found nobody, or nobody in time. */
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

/** What Node says where there is no connection. */
const connectionCodes = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];

/**
 * Why something failed, for people: the message first and the causes below it. A service that cannot be reached is
 * named, with the setting that says where it is; what only wraps a cause is left out. A stack only where there is no
 * message.
 */
export function explainFailure(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map(explainFailure).join('\n  ');
  if (isWrapper(error)) return explainFailure(error.cause);
  if (error instanceof ServiceAway) return error.message;
  const service = serviceOf(error);
  if (service !== undefined) return service;
  if (!(error instanceof Error) || error.message === '') return inspect(error);
  if (error.cause === undefined) return error.message;
  const cause = explainFailure(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}\n  because: ${cause}`;
}

/** Whether a gRPC status is that of a request that found nobody, or nobody in time. */
export function isAway(code: number): boolean {
  return code === UNAVAILABLE || code === DEADLINE_EXCEEDED;
}

/** What gRPC says of a service that is away, without what it says around it. */
export function withoutPreamble(details: string): string {
  return details
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? Resolution note: ?$/, '');
}

/** Failures of Temporal that say no more than that there is a cause. */
function isWrapper(error: unknown): error is Error {
  return (
    (error instanceof WorkflowFailedError ||
      error instanceof ActivityFailure ||
      error instanceof ChildWorkflowFailure) &&
    error.cause !== undefined
  );
}

/** What a client says of a service that is away. */
function serviceOf(error: unknown): string | undefined {
  if (error instanceof DrizzleQueryError) {
    // The statement helps nobody who runs a command.
    const cause = explainFailure(error.cause ?? new Error(error.message));
    return hasNoConnection(error.cause) ? away('PostgreSQL', 'DATABASE_URL', cause) : `PostgreSQL: ${cause}`;
  }
  if (error instanceof errors.ConnectionError || error instanceof errors.TimeoutError)
    return away('Elasticsearch', 'ELASTICSEARCH_URL', error.message);
  if (error instanceof ServiceError && isGrpcServiceError(error.cause)) {
    const { code, details } = error.cause;
    if (isAway(code)) return away('Temporal', 'TEMPORAL_ADDRESS', withoutPreamble(details));
  }
  if (error instanceof Error && '$metadata' in error && hasNoConnection(error))
    return away('S3 or SQS', 'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_SQS', error.message);
  return undefined;
}

function hasNoConnection(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(hasNoConnection);
  return error instanceof Error && connectionCodes.includes(String((error as { code?: unknown }).code));
}

function away(service: string, setting: string, why: string): string {
  return tellAway({ service, setting, why });
}

/** Exit code for a mistake in how a command was called or configured, as in sysexits. */
const EX_CONFIG = 78;

/**
 * Tells a person why a command failed, on standard error, and makes the process exit with 78 for a bad environment and
 * 1 for anything else.
 *
 * @param explanation of the error
 */
export function reportFailure(error: unknown, explanation: string): void {
  process.exitCode = error instanceof ConfigError ? EX_CONFIG : 1;
  process.stderr.write(`buildhub: ${explanation}\n`);
}
