import { isGrpcDeadlineError, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { NoSuchRunError } from '../../operations/control-run.ts';
import { OperationRunningError } from '../../temporal/start-alone.ts';
import { TemporalTooSlowError } from '../ingestions/run/read-run.ts';
import { HttpProblem, toProblem } from '../openapi/http-problem.ts';

/** The answer for what went wrong in an operation: a conflict, or a service that is away. */
export function operationProblem(error: unknown): unknown {
  if (error instanceof OperationRunningError || error instanceof NoSuchRunError)
    return new HttpProblem(409, error.message, { cause: error });
  if (toProblem(error).status !== 500) return error;
  const service = serviceOf(error);
  if (service === undefined) return error;
  return new HttpProblem(
    503,
    `${service} is not available at the moment (${reasonOf(error)}). Try again soon.`,
    {
      headers: { 'Retry-After': '5' },
      cause: error,
    },
  );
}

function serviceOf(error: unknown): string | undefined {
  if (error instanceof ServiceError || isGrpcServiceError(error) || isGrpcDeadlineError(error))
    return 'Temporal';
  if (error instanceof TemporalTooSlowError) return 'Temporal';
  if (!(error instanceof Error)) return undefined;
  if ('$metadata' in error) return 'SQS';
  if (/^(ConnectionError|NoLivingConnectionsError|TimeoutError)$/.test(error.name)) return 'Elasticsearch';
  return undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error);
}
