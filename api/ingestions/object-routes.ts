import { z } from 'zod';
import { listObjectBuilds } from '../../drizzle/queries/builds.ts';
import { findObject } from '../../drizzle/queries/objects.ts';
import { recordPath } from '../builds/addresses.ts';
import { ingestionStateOf } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { HttpProblem, problem } from '../openapi/http-problem.ts';
import { readRoute } from '../operations/operations-route.ts';
import { type Ingestion, ingestion } from './ingestion-schema.ts';
import { listRuns } from './runs.ts';

const place = {
  bucket: z.string().min(1).describe('S3 bucket'),
  key: z.string().min(1).describe('Key of the object'),
};

type ObjectPlace = Readonly<Record<keyof typeof place, string>>;

const description =
  'The last outcome of the object, the builds of every content that its key has had, and its runs, retries included. Of a run in flight, the steps that Temporal retries with their attempts and last error; the history of a run is in the Temporal UI. Temporal keeps runs for a limited time.';

const response = {
  tag: 'Ingestions',
  shows: 'The object',
  schema: ingestion,
  responses: { 404: problem('No ingestion of the object is recorded') },
};

export function objectRoutes(dependencies: ApiDependencies): ApiRoute[] {
  const read = async (object: ObjectPlace): Promise<Ingestion> => {
    const found = await readIngestion(dependencies, object);
    if (found === undefined) throw neverSeen(object);
    return found;
  };
  return [
    readRoute(
      {
        ...response,
        path: '/api/ingestions/object',
        operationId: 'getIngestionByQuery',
        summary: 'One S3 object, for keys that a path cannot hold',
        description: `For a key with an empty part, \`.\` or \`..\`, which clients remove from a path. ${description}`,
        query: z.object(place),
      },
      ({ query }) => read(query),
    ),
    readRoute(
      {
        ...response,
        path: '/api/ingestions/{bucket}/{key}',
        restParameter: 'key',
        operationId: 'getIngestion',
        summary: 'One S3 object: its outcome, builds and runs',
        description,
        pathParameters: z.object(place),
      },
      ({ path }) => read(path),
    ),
  ];
}

function neverSeen({ bucket, key }: ObjectPlace): HttpProblem {
  const prefix = key.slice(0, key.lastIndexOf('/') + 1);
  const similar = new URLSearchParams({ bucket, ...(prefix !== '' && { prefix }) });
  return new HttpProblem(
    404,
    `No ingestion of s3://${bucket}/${key} is recorded. For similar keys, see /api/ingestions?${similar}`,
  );
}

/**
 * All that is known about one S3 object, from PostgreSQL and, if it responds, Temporal. Undefined if the object was never
 * seen and no run is ingesting it.
 */
async function readIngestion(
  { database, temporal, config }: ApiDependencies,
  place: ObjectPlace,
): Promise<Ingestion | undefined> {
  const object = await findObject(database, place);
  const [runs, builds] = await Promise.all([
    listRuns(temporal, config, place, object),
    object ? listObjectBuilds(database, place) : [],
  ]);
  if (object === undefined && !runs?.length) return undefined;
  return {
    ...place,
    etag: object?.etag ?? null,
    ingestion: object ? ingestionStateOf(object, config) : null,
    builds: builds.map(({ createdAt, indexedAt, buildId, ...build }) => ({
      ...build,
      build_id: buildId,
      created_at: createdAt.toISOString(),
      indexed_at: indexedAt?.toISOString() ?? null,
      is_current: object?.buildHashes.includes(build.hash) ?? false,
      url: recordPath(build.id),
    })),
    runs: runs ?? null,
  };
}
