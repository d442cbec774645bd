import { createRoute, type OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import { shorten } from '../../schema/shorten.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { jsonResponse } from '../json-response.ts';
import {
  type ApiResponse,
  HttpProblem,
  problemResponse,
  tooManyRequests,
  toProblem,
} from './http-problem.ts';

/** A route as the OpenAPI document describes it. Its parameters are also read by these schemas. */
export interface RouteDescription<
  Path extends z.ZodRawShape = z.ZodRawShape,
  Query extends z.ZodRawShape = z.ZodRawShape,
> {
  readonly method: 'get' | 'post';
  /** With parameters in braces, `/api/records/{reference}`. */
  readonly path: string;
  /** The last parameter of the path, if it may contain slashes. */
  readonly restParameter?: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  /** Markdown: paragraphs, lists and `code`. */
  readonly description?: string;
  /** An address to try the route with. */
  readonly example?: string;
  readonly pathParameters?: z.ZodObject<Path>;
  readonly query?: z.ZodObject<Query>;
  readonly body?: {
    readonly description: string;
    readonly schema: z.ZodType;
    readonly example?: unknown;
  };
  readonly responses: Readonly<Record<number, ApiResponse>>;
}

export interface ApiRoute extends RouteDescription {
  handle(c: Context, input: unknown): Response | Promise<Response>;
}

export interface RouteInput<Path extends z.ZodRawShape, Query extends z.ZodRawShape> {
  readonly path: z.output<z.ZodObject<Path>>;
  readonly query: z.output<z.ZodObject<Query>>;
}

/** A description with its handler; the types of the input come from the schemas. */
export function apiRoute<Path extends z.ZodRawShape, Query extends z.ZodRawShape>(
  description: RouteDescription<Path, Query>,
  handle: (c: Context, input: RouteInput<Path, Query>) => Response | Promise<Response>,
): ApiRoute {
  return {
    ...(description as unknown as RouteDescription),
    // mountRoutes reads the input by the same schemas that give the handler its types.
    handle: (c, input) => handle(c, input as RouteInput<Path, Query>),
  };
}

/**
 * Adds routes to an app. Unknown and wrong parameters are a 400 that lists all of them, every error becomes JSON with
 * `error`, and other methods on a path are a 405.
 */
export function mountRoutes(app: OpenAPIHono, routes: readonly ApiRoute[], logger: Logger): void {
  for (const route of routes) {
    const respond = (problem: HttpProblem, c: Context): Response => {
      if (problem.status >= 500)
        logger.warn({ err: problem, rid: c.get('rid'), operation: route.operationId }, 'A request failed');
      return problemResponse(problem, { 'Cache-Control': 'no-store' });
    };
    // Hidden, since the schemas that read the parameters are not the ones to document.
    const request = { params: reading(route.pathParameters), query: reading(route.query) };
    app.openapi(
      createRoute({ ...toConfig(route), path: routingPath(route), request, hide: true }),
      async (c) => {
        try {
          return (await route.handle(c, {
            path: c.req.valid('param'),
            query: c.req.valid('query'),
          })) as never;
        } catch (error) {
          return respond(toProblem(error), c) as never;
        }
      },
      (result, c) => {
        if (result.success) return undefined;
        const { error, target, data } = result as typeof result & { data: Record<string, unknown> };
        return respond(parameterProblem(route, target === 'param' ? 'path' : 'query', error.issues, data), c);
      },
    );
    app.openAPIRegistry.registerPath(toConfig(route));
  }
  for (const [path, onPath] of Map.groupBy(routes, honoPath)) {
    const methods = onPath.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
    app.all(path, () =>
      jsonResponse({ error: `Use ${methods.join(' or ')} for this address` }, 405, {
        Allow: methods.join(', '),
      }),
    );
  }
}

export function toConfig(route: RouteDescription): RouteConfig {
  const { tag, example, pathParameters, query, body, restParameter: _, responses, ...rest } = route;
  // Every address of the API has the limit of requests in flight.
  const limited = route.path.startsWith('/api/') && { 429: tooManyRequests };
  return {
    ...rest,
    tags: [tag],
    ...(example !== undefined && { 'x-example': example }),
    request: {
      params: pathParameters ?? z.object({}),
      query: query ?? z.object({}),
      ...(body && {
        body: {
          description: body.description,
          content: {
            'application/json': {
              schema: body.schema,
              ...(body.example !== undefined && { example: body.example }),
            },
          },
        },
      }),
    },
    responses: mapValues({ ...responses, ...limited }, ({ description, content = {}, headers }) => ({
      description,
      content: mapValues(content, (schema) => ({ schema })),
      ...(headers && {
        headers: mapValues(headers, (meaning) => ({
          description: meaning,
          schema: { type: 'string' as const },
        })),
      }),
    })),
  };
}

function mapValues<T, R>(members: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value)]));
}

/** Characters of one parameter; schemas may allow fewer. */
const maxLength = 10_000;

/**
 * Refuses unknown names, empty values and values that no service can store, before the schemas of the parameters. A
 * parameter without a value is usually a variable that was not set, not a request for everything. A parameter that may be
 * given several times is a list, even if it is given once.
 */
function reading(schema: z.ZodObject = z.object({})): z.ZodObject {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const isList = innerField(field) instanceof z.ZodArray;
    const isNumber = innerField(field) instanceof z.ZodNumber;
    const read = z.preprocess((value, context) => {
      if (value === undefined) return undefined;
      const values = [value].flat().map(String);
      const problem = isList || values.length === 1 ? values.map(valueProblem).find(Boolean) : repeated;
      if (problem !== undefined) context.addIssue(problem);
      else if (isNumber && !wholeNumber.test(values[0] ?? '')) context.addIssue('must be a whole number');
      return isList ? values : values[0];
    }, field);
    // Without a value, too, the schema decides: it may have a default.
    return [name, field instanceof z.ZodOptional ? read.optional() : read.prefault(undefined)] as const;
  });
  return z.strictObject(Object.fromEntries(fields));
}

const repeated = 'is given more than once; give it once';

function valueProblem(value: string): string | undefined {
  if (value === '') return 'is empty; give it a value, or leave it out';
  if (value.length > maxLength) return `is longer than ${maxLength} characters`;
  if (value.includes('\0')) return 'contains the character U+0000, which cannot be stored';
  return value.isWellFormed() ? undefined : 'is not valid Unicode';
}

/** As people write one. `Number` also takes `0x10`, `1e1` and spaces. */
const wholeNumber = /^-?\d{1,15}$/;

function innerField(field: unknown): unknown {
  let current = field;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault) current = current.unwrap();
  return current;
}

/** An address can have thousands of parameters. */
const mostProblems = 20;

function parameterProblem(
  route: RouteDescription,
  place: 'path' | 'query',
  issues: readonly z.core.$ZodIssue[],
  given: Readonly<Record<string, unknown>>,
): HttpProblem {
  const known = Object.keys((place === 'path' ? route.pathParameters : route.query)?.shape ?? {});
  const list = known.length > 0 ? `it takes ${known.join(', ')}` : 'it takes none';
  const problems = issues
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((name) => ({
            in: place,
            name,
            problem: `is not a parameter of this endpoint (${list})`,
          }))
        : [{ in: place, name: String(issue.path[0]), problem: describe(issue, given) }],
    )
    .slice(0, mostProblems);
  const lines = problems.map(
    ({ name, problem }) => `${place === 'path' ? 'path' : 'query'} parameter \`${shorten(name)}\` ${problem}`,
  );
  return new HttpProblem(400, lines.join('; '), { details: { problems } });
}

function describe({ message, path }: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  const [name, position] = path;
  const value = given[String(name)];
  if (value === undefined) return 'is missing';
  if (message.startsWith('is ') || message.startsWith('contains ')) return message;
  const shown = Array.isArray(value) && typeof position === 'number' ? value[position] : value;
  return `${message}, not ${shorten(JSON.stringify(shown))}`;
}

/** `/api/records/{reference}` is `/api/records/:reference` to Hono. */
export function honoPath({ path, restParameter }: Pick<RouteDescription, 'path' | 'restParameter'>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === restParameter ? `:${name}{.+}` : `:${name}`,
  );
}

/** The path as the library turns it into {@link honoPath}: it replaces `/{NAME}` by `/:NAME`. */
function routingPath({ path, restParameter }: RouteDescription): string {
  return restParameter === undefined ? path : path.replace(`{${restParameter}}`, `:${restParameter}{.+}`);
}
