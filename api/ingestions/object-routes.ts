import { z } from 'zod';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, HttpProblem, notFound, unavailable } from '../openapi/http-problem.ts';
import { ingestion } from './ingestion-schema.ts';
import { readIngestion } from './read-ingestion.ts';

const place = {
  bucket: z.string().min(1).describe('S3 bucket'),
  key: z.string().min(1).describe('Key of the object'),
};

const description =
  'The last outcome of the object, the builds of every content that its key has had, and its runs, retries included. Of a run in flight, the steps that Temporal retries with their attempts and last error; the history of a run is in the Temporal UI. Temporal keeps runs for a limited time.';

const responses = {
  200: { description: 'The object', content: { 'application/json': ingestion } },
  400: badRequest,
  404: notFound('The object was never seen'),
  503: unavailable,
};

/** One S3 object and its ingestion, by an address that people can read, and by one that fits every key. */
export function objectRoutes(dependencies: ApiDependencies): ApiRoute[] {
  const respond = async (object: { bucket: string; key: string }): Promise<Response> => {
    const found = await readIngestion(dependencies, object);
    if (found === undefined) throw neverSeen(object);
    return jsonResponse(found, 200, { 'Cache-Control': 'no-store' });
  };
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/ingestions/object',
        operationId: 'getIngestionByQuery',
        tag: 'Ingestions',
        summary: 'One S3 object, for keys that a path cannot hold',
        description: `For a key with an empty part, \`.\` or \`..\`, which clients remove from a path. ${description}`,
        query: z.object(place),
        responses,
      },
      (_, { query }) => respond(query),
    ),
    apiRoute(
      {
        method: 'get',
        path: '/api/ingestions/{bucket}/{key}',
        restParameter: 'key',
        operationId: 'getIngestion',
        tag: 'Ingestions',
        summary: 'One S3 object: its outcome, builds and runs',
        description,
        pathParameters: z.object(place),
        responses,
      },
      (_, { path }) => respond(path),
    ),
  ];
}

function neverSeen({ bucket, key }: { bucket: string; key: string }): HttpProblem {
  return new HttpProblem(
    404,
    `s3://${bucket}/${key} was never seen here. Keys that begin like it: /api/ingestions?${new URLSearchParams({ bucket, prefix: key.slice(0, key.lastIndexOf('/') + 1) })}`,
  );
}
