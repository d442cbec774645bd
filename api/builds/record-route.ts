import { z } from 'zod';
import type { Database } from '../../drizzle/connect.ts';
import {
  type BuildReference,
  type BuildRow,
  findBuild,
  listObjectBuilds,
} from '../../drizzle/queries/builds.ts';
import { findObject, type ObjectRow } from '../../drizzle/queries/objects.ts';
import { buildHash } from '../../schema/build-hash.ts';
import { isJsonObject, memberAt, parseLossless } from '../../schema/lossless-json.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jsonResponse } from '../json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, HttpProblem, notFound, unavailable } from '../openapi/http-problem.ts';
import { buildPagePath, type LinkSettings, recordPath } from './addresses.ts';
import { buildRecord, ingestionAnswer } from './record-schema.ts';

const largestId = 2n ** 63n - 1n;

/** A build in an address: its id, or its hash. */
export const buildReference = z
  .string()
  .regex(
    /^(\d{1,19}|v1:[0-9a-f]{32})$/,
    'must be the id of a build (digits, `_id` in searches) or its hash (`v1:` and 32 hexadecimal digits)',
  )
  .refine((text) => !/^\d+$/.test(text) || BigInt(text) <= largestId, 'is larger than any id')
  .meta({ description: 'Id of the build (`_id` of searches), or its hash', examples: ['17'] });

/** What to look for. */
export function readReference(text: string): BuildReference {
  // Leading zeros are nothing that an id has, but mean no other build either.
  return text.startsWith('v1:') ? { hash: text } : { id: BigInt(text).toString() };
}

/** A build, its origin and related builds. */
interface StoredRecord {
  readonly build: BuildRow;
  readonly object: ObjectRow | undefined;
  readonly twin: { readonly build: BuildRow; readonly relation: Twin['relation'] } | undefined;
  /** Of other contents of the same key, oldest first. */
  readonly sameObject: Awaited<ReturnType<typeof listObjectBuilds>>;
}

/** Reads everything that PostgreSQL has about one build; undefined if there is no such build. */
async function readRecord(database: Database, reference: BuildReference): Promise<StoredRecord | undefined> {
  const build = await findBuild(database, reference);
  if (build === undefined) return undefined;
  const { bucket, key } = build;
  const place = bucket === null || key === null ? undefined : { bucket, key };
  const [object, ofObject, twin] = await Promise.all([
    place && findObject(database, place),
    place ? listObjectBuilds(database, place) : [],
    findTwin(database, build),
  ]);
  const others = ofObject.filter(({ hash }) => hash !== build.hash && hash !== twin?.build.hash);
  return { build, object, twin, sameObject: others };
}

async function findTwin(database: Database, { build }: BuildRow): Promise<StoredRecord['twin']> {
  const twin = twinHash(build);
  const found = twin && (await findBuild(database, { hash: twin.hash }));
  return found && { build: found, relation: twin.relation };
}

/** The other half of a Firefox release and its beta twin. */
interface Twin {
  readonly hash: string;
  /** What the other one is to this build. */
  readonly relation: 'beta twin' | 'release';
}

const otherChannel = { release: 'beta', beta: 'release' } as const;

/**
 * The hash that the twin of a build has, whether or not there is one: a Firefox release is ingested a second time as a
 * build on the beta channel (see `readBuilds`). Undefined for what is never a twin.
 *
 * @param buildText JSON of the build
 */
export function twinHash(buildText: string): Twin | undefined {
  const build = parseLossless(buildText);
  if (!isJsonObject(build) || !isJsonObject(build.source) || !isJsonObject(build.target)) return undefined;
  const { channel } = build.target;
  if (build.source.product !== 'firefox' || (channel !== 'release' && channel !== 'beta')) return undefined;
  const twin = { ...build, target: { ...build.target, channel: otherChannel[channel] } };
  return { hash: buildHash(twin), relation: channel === 'release' ? 'beta twin' : 'release' };
}

/** `/api/records/{reference}`: one build, its origin and related builds. */
export function recordRoute(database: Database, settings: LinkSettings): ApiRoute {
  return apiRoute(
    {
      method: 'get',
      path: '/api/records/{reference}',
      operationId: 'getRecord',
      tag: 'Builds',
      summary: 'One build, its origin and related builds',
      description:
        'The build as it was published, with the digits of every number, and its history: the S3 object that it was read from, when it was inserted and became searchable, how the object was ingested, its twin on the beta channel, and builds of other contents of the same key.',
      example: '/api/records/1',
      pathParameters: z.object({ reference: buildReference }),
      responses: {
        200: {
          description: 'The build',
          content: { 'application/json': buildRecord },
          headers: { ETag: 'Changes with anything in the response' },
        },
        304: { description: 'Not modified since the ETag in If-None-Match' },
        400: badRequest,
        404: notFound('No such build'),
        503: unavailable,
      },
    },
    async (_, { path: { reference } }) => {
      const record = await readRecord(database, readReference(reference));
      if (record === undefined) throw noSuchBuild(reference);
      return jsonResponse(recordBody(record, settings), 200, { 'Cache-Control': 'no-cache' });
    },
  );
}

/** Says how to find the one that was meant. */
export function noSuchBuild(reference: string): HttpProblem {
  const hint = /^\d{14}$/.test(reference)
    ? ` ${reference} looks like a build id, which many builds share: see /api/export?build_id=${reference}.`
    : ' Find builds with /api/search; `_id` there is the id here.';
  const kind = reference.startsWith('v1:') ? 'hash' : 'id';
  return new HttpProblem(404, `No build with ${kind} ${reference}.${hint}`);
}

/** The response of `/api/records/{reference}`, see `buildRecord`. */
function recordBody({ build, object, twin, sameObject }: StoredRecord, settings: LinkSettings) {
  const { id, hash, bucket, key, etag } = build;
  const published = parseLossless(build.build);
  const buildId = memberAt(published, 'build', 'id');
  return {
    id,
    hash,
    build: published,
    s3: bucket === null || key === null ? null : { bucket, key, etag },
    also_at: build.keys.filter((other) => other.bucket !== bucket || other.key !== key),
    created_at: build.createdAt,
    indexed_at: build.indexedAt,
    inserted_by: parseLossless(build.metadata),
    ingestion: object
      ? { ...ingestionAnswer(object, settings), is_of_this_build: object.buildHashes.includes(hash) }
      : null,
    related: {
      twin: twin ? { ...related(twin.build), relation: twin.relation } : null,
      same_object: sameObject.map((other) => ({
        ...related(other),
        etag: other.etag,
        relation: BigInt(other.id) < BigInt(id) ? 'older' : 'newer',
      })),
    },
    links: {
      self: recordPath(id),
      page: buildPagePath(id),
      same_build_id:
        typeof buildId === 'string' && buildId !== ''
          ? `/api/export?${new URLSearchParams({ build_id: buildId })}`
          : null,
    },
  };
}

function related({ id, hash, createdAt }: { id: string; hash: string; createdAt: Date }) {
  return { id, hash, created_at: createdAt, url: recordPath(id) };
}

/**
 * `/api/records`: the number of builds, by any method. The count is exact, and slow if there are many, so requests that
 * arrive during one share its result.
 */
export function recordsHandler({ countBuilds }: Pick<ApiDependencies, 'countBuilds'>) {
  let counting: Promise<number> | undefined;
  return async (): Promise<Response> => {
    counting ??= countBuilds().finally(() => {
      counting = undefined;
    });
    return jsonResponse({ builds: { total: await counting } });
  };
}
