import type { z } from 'zod';
import { buildSchema } from '../../schema/build-schema.ts';
import type { ApiResponse, RouteDescription } from './api-route.ts';
import { type JsonSchema, SchemaWriter } from './json-schema.ts';

/** What of OpenAPI 3.1 the document uses. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly description: string;
    readonly required: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, OperationResponse>>;
  /** An address to try. */
  readonly 'x-example'?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

interface MediaType {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

interface OperationResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { description: string; schema: JsonSchema }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

const tags = [
  { name: 'Search', description: 'The contract of Buildhub2: the query language of Elasticsearch 6' },
  { name: 'Builds', description: 'Builds, one or many, without a query language' },
  { name: 'Ingestions', description: 'What became of each buildhub.json' },
  {
    name: 'Operations',
    description:
      'For those who run Buildhub: state, failures, backfills, reindexes; changing anything takes a token',
  },
  { name: 'Service', description: 'About this server, for people and load balancers' },
];

const description = `Mozilla’s build metadata: every build of Firefox, Thunderbird and the rest.

Any site may use the API, and nothing needs a key but the operations that change something. Errors have a JSON body with \`error\`, which says what is wrong, where, and what to do. Parameters that are not known are refused, so that a misspelt one does not find everything.`;

/**
 * The OpenAPI document of routes.
 *
 * @param version of the code that runs
 * @param publicUrl where clients reach it
 */
export function openApiDocument(
  routes: readonly RouteDescription[],
  { version, publicUrl }: { readonly version: string; readonly publicUrl: string },
): OpenApiDocument {
  const writer = new SchemaWriter();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method] = operationOf(route, writer);
    paths[route.path] = operations;
  }
  const { $schema: _, ...build } = buildSchema;
  return {
    openapi: '3.1.0',
    info: { title: 'Buildhub', version, description },
    servers: [{ url: publicUrl.replace(/\/+$/, '') }],
    tags,
    paths,
    components: { schemas: { ...sorted(writer.components), Build: build } },
  };
}

function operationOf(route: RouteDescription, writer: SchemaWriter): Operation {
  const { body } = route;
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    parameters: [
      ...parametersOf('path', route.pathParameters, writer),
      ...parametersOf('query', route.query, writer),
    ],
    ...(body && {
      requestBody: {
        description: body.description,
        required: true,
        content: {
          'application/json': {
            schema: writer.write(body.schema, 'input'),
            ...(body.example !== undefined && { example: body.example }),
          },
        },
      },
    }),
    responses: Object.fromEntries(
      Object.entries(route.responses).map(([status, response]) => [status, responseOf(response, writer)]),
    ),
    ...(route.example !== undefined && { 'x-example': route.example }),
  };
}

function parametersOf(
  place: Parameter['in'],
  schema: z.ZodObject | undefined,
  writer: SchemaWriter,
): Parameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description: text = '', ...written } = writer.write(field as z.ZodType, 'input');
    const isOptional = (field as z.ZodType).safeParse(undefined).success;
    return { name, in: place, required: !isOptional, description: String(text), schema: written };
  });
}

function responseOf({ description: text, content, headers }: ApiResponse, writer: SchemaWriter) {
  return {
    description: text,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, meaning]) => [
          name,
          { description: meaning, schema: { type: 'string' } },
        ]),
      ),
    }),
    ...(content && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema: writer.write(schema, 'output') }]),
      ),
    }),
  };
}

function sorted<T>(members: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => a.localeCompare(b)));
}
