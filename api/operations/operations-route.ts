import { S3ServiceException } from '@aws-sdk/client-s3';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../config/without-passwords.ts';
import { recordAction } from '../../operations/audit-log.ts';
import { type ActionResult, ConflictError, NotFoundError } from '../../operations/operation.ts';
import { TooSlowError, within } from '../../operations/within.ts';
import { temporalWorkflowUrl } from '../builds/addresses.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute, type RouteDescription, type RouteInput } from '../openapi/api-route.ts';
import {
  type ApiResponse,
  badRequest,
  HttpProblem,
  json,
  problem,
  retryLater,
  toProblem,
  unavailable,
} from '../openapi/http-problem.ts';
import { readBytes } from '../search/read-request.ts';
import { needsToken, remoteAddress, requireOperator, requireToken, tokenRefusals } from './authorization.ts';

/** Milliseconds until a response says that a service is too slow; less than a silent connection lives. */
const readLimit = 20_000;
const mutationLimit = 25_000;

interface ReadDescription<Path extends z.ZodRawShape, Query extends z.ZodRawShape>
  extends Omit<RouteDescription<Path, Query>, 'method' | 'tag' | 'responses'> {
  /** `Operations` if left out. */
  readonly tag?: string;
  readonly shows: string;
  readonly schema: z.ZodType;
  /** Responses of its own. */
  readonly responses?: Readonly<Record<number, ApiResponse>>;
}

/**
 * A route that shows something as JSON that no cache may keep.
 *
 * @param guard if given, only operators with this token may read it
 */
export function readRoute<
  Path extends z.ZodRawShape = z.ZodRawShape,
  Query extends z.ZodRawShape = z.ZodRawShape,
>(
  { shows, schema, responses, ...given }: ReadDescription<Path, Query>,
  read: (input: RouteInput<Path, Query>, c: Context) => unknown,
  guard?: Pick<Config, 'OPERATIONS_TOKEN'>,
): ApiRoute {
  const description = [given.description, guard && needsToken].filter(Boolean).join(' ');
  return apiRoute(
    {
      tag: 'Operations',
      ...given,
      method: 'get',
      ...(description && { description }),
      responses: {
        200: json(shows, schema),
        ...((given.query || given.pathParameters) && { 400: badRequest }),
        ...(guard && tokenRefusals),
        503: unavailable,
        ...responses,
      },
    },
    async (c, input) => {
      if (guard) requireToken(c, guard.OPERATIONS_TOKEN);
      const shown = await withProblems(within(Promise.resolve(read(input, c)), readLimit));
      return jsonResponse(shown, 200, { 'Cache-Control': 'no-store' });
    },
  );
}

export const actionResponse = z
  .looseObject({
    result: z.string().describe('The result, for people'),
    workflow_id: z.string().optional().describe('The workflow that was started or changed'),
    temporal_url: z.string().optional().describe('The same in the Temporal UI'),
  })
  .meta({ id: 'ActionResponse' });

/** An action, for the document and for the audit log. */
interface MutationDescription<Body extends z.ZodObject> {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** Such as `backfill.start`. */
  readonly action: string;
  readonly body: Body;
  readonly example?: unknown;
}

/** What an action has done, and more for programs. */
export interface MutationResult extends ActionResult {
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A route that changes something: requires the token and the operator's name, reads the body by its schema, records the
 * action and its result in the audit log, and returns that result.
 */
export function mutationRoute<Body extends z.ZodObject>(
  { database, config }: ApiDependencies,
  { action, body, example, ...description }: MutationDescription<Body>,
  run: (body: z.output<Body>, operator: string) => Promise<MutationResult>,
): ApiRoute {
  const schema = body.safeExtend({
    operator: z
      .string()
      .optional()
      .describe('Name of the operator for the audit log; alternatively, send the header `X-Operator`'),
  });
  return apiRoute(
    {
      ...description,
      method: 'post',
      tag: 'Operations',
      description:
        `${description.description ?? ''}\n\n${needsToken} The audit log records the name of the operator.`.trim(),
      body: {
        description: 'What to do',
        schema,
        ...(example !== undefined && { example: { ...(example as object), operator: 'Ada' } }),
      },
      responses: {
        200: json('Done, or started', actionResponse),
        400: badRequest,
        ...tokenRefusals,
        404: problem('Something that the request names does not exist'),
        409: problem('Conflicts with a running operation, or the named run is not running'),
        503: unavailable,
      },
    },
    async (c) => {
      requireToken(c, config.OPERATIONS_TOKEN);
      const { operator: name, ...parameters } = (await readBody(c, schema)) as Record<string, unknown>;
      const operator = requireOperator(c, name as string | undefined);
      const about = { action, operator, via: 'api', remoteAddress: remoteAddress(c), parameters } as const;
      const acting = recordAction(database, about, () =>
        withProblems(run(parameters as z.output<Body>, operator)),
      );
      const { result, workflowId, details } = await within(acting, mutationLimit).catch(explainTooSlow);
      const changed = workflowId && {
        workflow_id: workflowId,
        temporal_url: temporalWorkflowUrl(config, workflowId),
      };
      return jsonResponse({ result, ...changed, ...details }, 200, { 'Cache-Control': 'no-store' });
    },
  );
}

/** An action that takes too long is not ended: the audit log has its outcome once there is one. */
function explainTooSlow(error: unknown): never {
  if (!(error instanceof TooSlowError)) throw error;
  const message = `A service is too slow (${error.message}): this may still be done. Look at the audit log and the running operations before you try again.`;
  throw retryLater(message, 30, { cause: error });
}

/** Turns what an operation throws into a problem of the API: a conflict, or a service that is unavailable. */
export async function withProblems<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ConflictError) throw new HttpProblem(409, error.message, { cause: error });
    if (error instanceof NotFoundError) throw new HttpProblem(404, error.message, { cause: error });
    if (toProblem(error).status !== 500) throw error;
    const service = serviceOf(error);
    if (service === undefined) throw error;
    const why = messageOf(error).slice(0, 300);
    throw retryLater(`${service} is unavailable (${why}). Try again soon.`, 5, { cause: error });
  }
}

function serviceOf(error: unknown): string | undefined {
  if (error instanceof TooSlowError) return 'A service';
  // A Temporal that has just started may not know its namespaces yet.
  const isTemporal = [ServiceError, WorkflowUpdateRPCTimeoutOrCancelledError, NamespaceNotFoundError].some(
    (type) => error instanceof type,
  );
  if (isTemporal || isGrpcServiceError(error) || isGrpcDeadlineError(error)) return 'Temporal';
  if (!(error instanceof Error)) return undefined;
  if (error instanceof S3ServiceException) return 'S3';
  if (error instanceof SQSServiceException) return 'SQS';
  // Without a response, AWS's clients do not say which of them it was.
  if ('$metadata' in error) return 'S3 or SQS';
  // A response with an error is one of Elasticsearch, or of a proxy in front of it.
  if (/^(ConnectionError|NoLivingConnectionsError|TimeoutError|ResponseError)$/.test(error.name))
    return 'Elasticsearch';
  return undefined;
}

/** Bytes of a body: a list of keys may be long. */
const maxBytes = 8_000_000;

/**
 * The JSON of a request by a schema. No body is an empty object.
 *
 * @throws {HttpProblem} 400 that names everything that is wrong, 413 if it is too large
 */
async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const tooLarge = () => new HttpProblem(413, `The body of the request is larger than ${maxBytes} bytes`);
  const text = new TextDecoder().decode(await readBytes(c.req.raw, maxBytes, tooLarge));
  let value: unknown = {};
  try {
    if (text.trim() !== '') value = JSON.parse(text);
  } catch (error) {
    throw new HttpProblem(400, `The body of the request is not JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message, input }) => ({
    in: 'body',
    name: path.join('.'),
    problem: input === undefined && path.length > 0 ? `is missing (${message})` : message,
  }));
  const lines = problems.map(({ name, problem }) => (name === '' ? problem : `\`${name}\` ${problem}`));
  throw new HttpProblem(400, lines.join('; '), { details: { problems } });
}
