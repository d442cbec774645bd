import type { Context } from 'hono';
import type { z } from 'zod';

/** What is sent with one status: JSON of a schema, or text of other types. */
export interface ApiResponse {
  readonly description: string;
  /** Schemas by media type; left out where there is no body. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  /** Headers worth knowing, with what each means. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the document tells of a route. Nothing here is used to answer but the schemas of the parameters. */
export interface RouteDescription<
  Path extends z.ZodRawShape = z.ZodRawShape,
  Query extends z.ZodRawShape = z.ZodRawShape,
> {
  readonly method: 'get' | 'post';
  /** With parameters in braces, `/api/records/{reference}`. */
  readonly path: string;
  /** The parameter at the end of the path that may hold slashes as they are. */
  readonly restParameter?: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  /** Markdown of plain paragraphs, lists and `code`. */
  readonly description?: string;
  /** An address with which the route can be tried. */
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

/** A route that is answered from this description, so that it and the document cannot differ. */
export interface ApiRoute extends RouteDescription {
  handle(c: Context, input: unknown): Response | Promise<Response>;
}

/** The parameters of a request, as the schemas give them. */
export interface RouteInput<Path extends z.ZodRawShape, Query extends z.ZodRawShape> {
  readonly path: z.output<z.ZodObject<Path>>;
  readonly query: z.output<z.ZodObject<Query>>;
}

/** Puts a handler to a description; the types of its input come from the schemas. */
export function apiRoute<Path extends z.ZodRawShape, Query extends z.ZodRawShape>(
  description: RouteDescription<Path, Query>,
  handle: (c: Context, input: RouteInput<Path, Query>) => Response | Promise<Response>,
): ApiRoute {
  return {
    ...(description as unknown as RouteDescription),
    // The mount reads the input by the very schemas that give the handler its types.
    handle: (c, input) => handle(c, input as RouteInput<Path, Query>),
  };
}
