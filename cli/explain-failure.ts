import { inspect } from 'node:util';
import { errors } from '@elastic/elasticsearch';
import { isGrpcServiceError, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ChildWorkflowFailure, NamespaceNotFoundError } from '@temporalio/common';
import { DrizzleQueryError } from 'drizzle-orm';
import { withoutPasswords } from '../config/without-passwords.ts';

/** A service that a command needs and that does not respond, or refuses. */
interface Unavailable {
  readonly service: string;
  /** Host and port, if they are known; never a password. */
  readonly address?: string;
  /** The environment variable that says where it is. */
  readonly setting: string;
  readonly why: string;
  /** Whether it responds, and refuses: a wrong password, a database that does not exist. */
  readonly refuses?: boolean;
}

/** A command cannot do its work without a service; the message names it, its setting, and what to do. */
export class ServiceUnavailableError extends Error {
  override readonly name = 'ServiceUnavailableError';

  constructor(unavailable: Unavailable, options: ErrorOptions) {
    super(describe(unavailable), options);
  }
}

function describe({ service, address, setting, why, refuses = false }: Unavailable): string {
  const where = address === undefined ? service : `${service} at ${address}`;
  const advice = refuses
    ? `Correct ${setting}, or try again once it accepts the connection.`
    : `Start it, or set ${setting} to its address.`;
  return `${where} ${refuses ? 'refuses the connection' : 'cannot be reached'} (${setting}): ${why}\n  ${advice}`;
}

/** gRPC statuses of a request without a response, or without one in time. */
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

/** Whether a gRPC status means that the service does not respond. */
export function isUnavailable(code: number): boolean {
  return code === UNAVAILABLE || code === DEADLINE_EXCEEDED;
}

/** What gRPC says of a service that does not respond, without the words around it. */
export function withoutPreamble(details: string): string {
  return details
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? Resolution note: ?$/, '');
}

/**
 * Why something failed, for people: the message first and the causes below it. A service that cannot be reached is
 * named, with the setting that says where it is; what only wraps a cause is left out. A stack only if there is no message.
 * Never a password.
 */
export function explainFailure(error: unknown): string {
  return withoutPasswords(explain(error));
}

function explain(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map(explain).join('\n  ');
  if (isWrapper(error)) return explain(error.cause);
  if (error instanceof ServiceUnavailableError) return error.message;
  const service = explainService(error);
  if (service !== undefined) return service;
  if (!(error instanceof Error) || error.message === '') return inspect(error);
  if (error.cause === undefined) return error.message;
  const cause = explain(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message}\n  because: ${cause}`;
}

/** Failures of Temporal that say no more than that there is a cause. */
function isWrapper(error: unknown): error is Error {
  const wrappers = [WorkflowFailedError, ActivityFailure, ChildWorkflowFailure];
  return wrappers.some((type) => error instanceof type) && (error as Error).cause !== undefined;
}

/** What a client's error says about a service that is down; undefined for any other error. */
function explainService(error: unknown): string | undefined {
  if (error instanceof DrizzleQueryError) {
    // The SQL statement does not help an operator.
    const why = explain(error.cause ?? new Error(error.message));
    if (!hasNoConnection(error.cause)) return `PostgreSQL: ${why}`;
    return describe({ service: 'PostgreSQL', setting: 'DATABASE_URL', why });
  }
  if (error instanceof errors.ConnectionError || error instanceof errors.TimeoutError)
    return describe({ service: 'Elasticsearch', setting: 'ELASTICSEARCH_URL', why: error.message });
  if (error instanceof NamespaceNotFoundError) {
    const { message: why } = error;
    return describe({ service: 'Temporal', setting: 'TEMPORAL_NAMESPACE', why, refuses: true });
  }
  if (error instanceof ServiceError && isGrpcServiceError(error.cause)) {
    const { code, details } = error.cause;
    const why = withoutPreamble(details);
    if (isUnavailable(code)) return describe({ service: 'Temporal', setting: 'TEMPORAL_ADDRESS', why });
  }
  if (error instanceof Error && '$metadata' in error && hasNoConnection(error)) {
    const setting = 'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_SQS';
    return describe({ service: 'S3 or SQS', setting, why: error.message });
  }
  return undefined;
}

const connectionCodes = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];

function hasNoConnection(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(hasNoConnection);
  return error instanceof Error && connectionCodes.includes(String((error as { code?: unknown }).code));
}
