import type { Database } from '../../drizzle/connect.ts';
import { findBuild } from '../../drizzle/queries/find-build.ts';
import { JsonNumber, memberAt } from '../../schema/json/json-value.ts';
import { parseJson } from '../../schema/json/parse-json.ts';
import { readReference } from '../builds/build-reference.ts';
import { readBuckets, readHits } from '../builds/filter/read-hits.ts';
import type { SearchBuilds } from '../builds/filter/search-builds.ts';
import { noSuchBuild } from '../builds/record-route.ts';
import { ApiProblem } from '../openapi/api-problem.ts';
import { type Revision, revisionOf } from './revision.ts';

/** Revisions of one build id that are looked at: builds of one id come from one, or a handful of trees. */
const most = 50;

/**
 * The revisions that a reference may mean: of a build's id or hash its own, of a build id those of all builds with it.
 *
 * @throws {ApiProblem} where there is no such build, or none that says what it was made of
 */
export async function findRevisions(
  database: Database,
  search: SearchBuilds,
  reference: string,
  signal: AbortSignal,
): Promise<Revision[]> {
  return isBuildId(reference)
    ? await ofBuildId(search, reference, signal)
    : [await ofBuild(database, reference)];
}

function isBuildId(reference: string): boolean {
  return /^\d{14}$/.test(reference);
}

async function ofBuild(database: Database, reference: string): Promise<Revision> {
  const row = await findBuild(database, readReference(reference));
  if (row === undefined) throw noSuchBuild(reference);
  const build = parseJson(row.build);
  const revision = build instanceof Map ? revisionOf(row.id, build) : undefined;
  if (revision === undefined) throw lacksRevision(`The build ${reference}`);
  return revision;
}

async function ofBuildId(search: SearchBuilds, buildId: string, signal: AbortSignal): Promise<Revision[]> {
  const answer = await search(
    {
      size: 0,
      query: { term: { 'build.id': buildId } },
      aggs: {
        revisions: {
          composite: {
            size: most,
            sources: ['repository', 'revision'].map((name) => ({
              [name]: { terms: { field: `source.${name}` } },
            })),
          },
          aggs: { one: { top_hits: { size: 1 } } },
        },
      },
    },
    signal,
  );
  const revisions = readBuckets(answer, 'revisions').flatMap((bucket) => {
    const [hit] = readHits(memberAt(bucket, 'one') ?? null);
    const revision = hit && revisionOf(hit.id, hit.build);
    return revision ? [revision] : [];
  });
  // A repository may be written with and without a slash at its end.
  const distinct = new Map(revisions.map((one) => [`${one.repository} ${one.revision}`, one]));
  if (distinct.size > 0) return [...distinct.values()];
  const total = memberAt(answer, 'hits', 'total');
  if (total instanceof JsonNumber && total.toNumber() > 0) {
    throw lacksRevision(`No build with the build id ${buildId}`, true);
  }
  throw new ApiProblem(404, `There is no build with the build id ${buildId}. Find builds with /api/search.`);
}

function lacksRevision(what: string, isNone = false): ApiProblem {
  const says = isNone ? 'says' : 'does not say';
  return new ApiProblem(
    422,
    `${what} ${says} of which repository and revision it was made, so there is no pushlog of it`,
  );
}
