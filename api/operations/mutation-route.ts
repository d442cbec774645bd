import { createHash, timingSafeEqual } from 'node:crypto';
import { isGrpcDeadlineError, isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { Context } from 'hono';
import { z } from 'zod';
import { recordAction } from '../../operations/audit-log.ts';
import { type ActionResult, ConflictError } from '../../operations/operation.ts';
import { temporalWorkflowUrl } from '../builds/addresses.ts';
import { writeJson } from '../builds/json-text.ts';
import { TemporalTooSlowError } from '../ingestions/run/read-run.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { HttpProblem, problemBody, toProblem, unavailable } from '../openapi/http-problem.ts';
import type { OperationsContext } from './operations-context.ts';

/** What every action returns. */
export const actionResponse = z
  .looseObject({
    result: z.string().describe('The result, for people'),
    workflow_id: z.string().optional().describe('The workflow that was started or changed'),
    temporal_url: z.string().optional().describe('The same in the Temporal UI'),
  })
  .meta({ id: 'ActionResponse' });

const refusal = (description: string) => ({ description, content: { 'application/json': problemBody } });

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
  { database, config, links }: OperationsContext,
  { action, body, example, ...description }: MutationDescription<Body>,
  run: (body: z.output<Body>, operator: string) => Promise<MutationResult>,
): ApiRoute {
  const schema = body.safeExtend({
    operator: z
      .string()
      .optional()
      .describe('Name of the operator, for the audit log; else the header `X-Operator`'),
  });
  return apiRoute(
    {
      ...description,
      method: 'post',
      tag: 'Operations',
      description:
        `${description.description ?? ''}\n\nNeeds \`Authorization: Bearer\` with OPERATIONS_TOKEN, and the name of the operator for the audit log.`.trim(),
      body: {
        description: 'What is to be done',
        schema,
        ...(example !== undefined && { example: { ...(example as object), operator: 'Ada' } }),
      },
      responses: {
        200: { description: 'It is done, or has started', content: { 'application/json': actionResponse } },
        400: refusal('The body is invalid; all problems at once'),
        401: refusal('The token is missing or wrong'),
        403: refusal('This API has no token, so it is read-only'),
        404: refusal('Something that the request names does not exist'),
        409: refusal('It conflicts with what is running, or what it names is not running'),
        503: unavailable,
      },
    },
    async (c) => {
      requireToken(c, config.OPERATIONS_TOKEN);
      const { operator: name, ...parameters } = (await readBody(c, schema)) as Record<string, unknown>;
      const operator = requireOperator(c, name as string | undefined);
      const about = { action, operator, via: 'api', remoteAddress: remoteAddress(c), parameters } as const;
      const { result, workflowId, details } = await recordAction(database, about, () =>
        withProblems(run(parameters as z.output<Body>, operator)),
      );
      const changed = workflowId && {
        workflow_id: workflowId,
        temporal_url: temporalWorkflowUrl(links, workflowId),
      };
      return operationsResponse({ result, ...changed, ...details });
    },
  );
}

/** A response that no cache may keep. */
export function operationsResponse(value: unknown): Response {
  return jsonTextResponse(writeJson(value), 200, { 'Cache-Control': 'no-store' });
}

/** Turns what an operation throws into a problem of the API: a conflict, or a service that is unavailable. */
export async function withProblems<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ConflictError) throw new HttpProblem(409, error.message, { cause: error });
    if (toProblem(error).status !== 500) throw error;
    const service = serviceOf(error);
    if (service === undefined) throw error;
    const why = error instanceof Error ? error.message.slice(0, 300) : String(error);
    throw new HttpProblem(503, `${service} is unavailable at the moment (${why}). Try again soon.`, {
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
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

/**
 * Refuses a request without the token in `Authorization: Bearer`. Digests are compared, in a time that reveals nothing
 * about the token or its length.
 *
 * @throws {HttpProblem} 403 if no token is set, 401 if it is missing or wrong
 */
function requireToken(c: Context, token: string | undefined): void {
  if (!token)
    throw new HttpProblem(
      403,
      'Operations are read-only here: no token is set. To allow changes, set OPERATIONS_TOKEN (see docs/operations.md).',
    );
  const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '') ?? [];
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  const problem = given === undefined ? 'The token is missing' : 'The token is wrong';
  throw new HttpProblem(401, `${problem}: send OPERATIONS_TOKEN as "Authorization: Bearer <token>".`, {
    headers: { 'WWW-Authenticate': 'Bearer realm="Buildhub operations"' },
  });
}

/** Characters of a name. */
const maxName = 100;

/**
 * The name of the operator: the member `operator` of the body, or the header `X-Operator`.
 *
 * @throws {HttpProblem} 400 if there is none
 */
function requireOperator(c: Context, operator: string | undefined): string {
  const name = (operator ?? c.req.header('X-Operator') ?? '').trim();
  if (name === '')
    throw new HttpProblem(
      400,
      'The name of the operator is missing. Send it for the audit log, as `operator` or in the header X-Operator.',
      { details: { problems: [{ in: 'body', name: 'operator', problem: 'is missing' }] } },
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (name.length > maxName || /[\x00-\x1f\x7f]/.test(name) || !name.isWellFormed())
    throw new HttpProblem(400, `\`operator\` must be a name of up to ${maxName} characters`);
  return name;
}

/** The address that a request came from, with what a proxy says about it. */
function remoteAddress(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  const address = incoming?.socket?.remoteAddress;
  const forwarded = c.req.header('X-Forwarded-For')?.slice(0, 200);
  if (forwarded === undefined) return address;
  return `${forwarded} by ${address ?? 'an unknown proxy'}`;
}

/** Bytes of a body: a list of keys may be long. */
const maxBytes = 8_000_000;

/**
 * The JSON of a request by a schema. No body is an empty object.
 *
 * @throws {HttpProblem} 400 that names everything that is wrong, 413 if it is too large
 */
async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(c.req.raw);
  let value: unknown = {};
  try {
    if (text.trim() !== '') value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpProblem(400, `The body of the request is not JSON: ${reason}`);
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

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes)
      throw new HttpProblem(413, `The body of the request is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
