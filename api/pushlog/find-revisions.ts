import type { Database } from '../../drizzle/connect.ts';
import { findBuild } from '../../drizzle/queries/builds.ts';
import { isJsonObject, type JsonObject, memberAt, parseLossless } from '../../schema/lossless-json.ts';
import { knownRepository, rangeLink, revisionLink } from '../../schema/revision-links.ts';
import { readBuckets, readHits, textOf, timeOf } from '../builds/filter/read-hits.ts';
import { noSuchBuild, readReference } from '../builds/record-route.ts';
import { HttpProblem } from '../openapi/http-problem.ts';
import type { SearchBuilds } from '../search/send-search.ts';

/** Revisions of one build id that are looked at: builds of one id come from one, or a handful of trees. */
const most = 50;

/**
 * The revisions that a reference may mean: of a build's id or hash its own, of a build id those of all builds with it.
 *
 * @throws {HttpProblem} if there is no such build, or none that names its revision
 */
export async function findRevisions(
  database: Database,
  search: SearchBuilds,
  reference: string,
  signal: AbortSignal,
): Promise<Revision[]> {
  const isBuildId = /^\d{14}$/.test(reference);
  return isBuildId ? await ofBuildId(search, reference, signal) : [await ofBuild(database, reference)];
}

async function ofBuild(database: Database, reference: string): Promise<Revision> {
  const row = await findBuild(database, readReference(reference));
  if (row === undefined) throw noSuchBuild(reference);
  const build = parseLossless(row.build);
  const revision = isJsonObject(build) ? revisionOf(row.id, build) : undefined;
  if (revision === undefined) throw lacksRevision(`The build ${reference} does not name`);
  return revision;
}

async function ofBuildId(search: SearchBuilds, buildId: string, signal: AbortSignal): Promise<Revision[]> {
  const response = await search(
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
  const revisions = readBuckets(response, 'revisions').flatMap((bucket) => {
    const [hit] = readHits(memberAt(bucket, 'one') ?? null);
    const revision = hit && revisionOf(hit.id, hit.build);
    return revision ? [revision] : [];
  });
  // A repository may be written with and without a slash at its end.
  const distinct = new Map(revisions.map((one) => [`${one.repository} ${one.revision}`, one]));
  if (distinct.size > 0) return [...distinct.values()];
  const total = memberAt(response, 'hits', 'total');
  if (typeof total === 'number' && total > 0)
    throw lacksRevision(`No build with the build id ${buildId} names`);
  throw new HttpProblem(404, `No build with build id ${buildId}. Find builds with /api/search.`);
}

function lacksRevision(what: string): HttpProblem {
  return new HttpProblem(422, `${what} its repository and revision, so it has no pushlog`);
}

export interface Revision {
  /** `builds.id` of a build that was made of it. */
  readonly id: string;
  readonly buildId: string;
  readonly buildDate: string;
  /** Address of the repository, without a slash or `.git` at its end. */
  readonly repository: string;
  readonly revision: string;
}

/** The revision of a build; undefined unless it names both, and the repository is an HTTP address. */
export function revisionOf(id: string, build: JsonObject): Revision | undefined {
  const repository = textOf(build, 'source.repository').replace(/(?<!\/)\/+$/, '');
  const revision = textOf(build, 'source.revision');
  if (revision === '' || !URL.canParse(repository)) return undefined;
  const { protocol, search, hash } = new URL(repository);
  if (!['http:', 'https:'].includes(protocol) || search !== '' || hash !== '') return undefined;
  return {
    id,
    buildId: textOf(build, 'build.id'),
    buildDate: textOf(build, 'build.date'),
    repository: knownRepository(repository)?.url ?? repository,
    revision,
  };
}

/**
 * The one pair of revisions that lie in the same repository, the older first, and whether the request had them in the
 * opposite order.
 *
 * @throws {HttpProblem} if no pair does, or more than one
 */
export function matchRevisions(from: readonly Revision[], to: readonly Revision[]) {
  const pairs = from.flatMap((one) =>
    to.filter(({ repository }) => repository === one.repository).map((other) => [one, other] as const),
  );
  const [pair] = pairs;
  if (pair === undefined) {
    throw new HttpProblem(
      422,
      `The two are of different repositories, which have no common pushlog: ${repositories(from)} and ${repositories(to)}`,
    );
  }
  if (pairs.length > 1) {
    throw new HttpProblem(
      422,
      `Builds of several repositories or revisions have these build ids. Give the id of one build instead of the build id; from: ${choices(from)}; to: ${choices(to)}`,
    );
  }
  const [first, second] = pair;
  const swapped = isLater(first, second);
  return { from: swapped ? second : first, to: swapped ? first : second, swapped };
}

/** What was pushed after `from`, up to and with `to`; undefined outside of hg.mozilla.org and GitHub. */
export function pushlogUrl({ from, to }: ReturnType<typeof matchRevisions>): string | undefined {
  return rangeLink(from.repository, from.revision, to.revision);
}

/** By the date of the build, or by its id if one has none. */
function isLater(one: Revision, other: Revision): boolean {
  const [a, b] = [timeOf(one.buildDate), timeOf(other.buildDate)];
  return Number.isNaN(a) || Number.isNaN(b) ? one.buildId > other.buildId : a > b;
}

function repositories(revisions: readonly Revision[]): string {
  return [...new Set(revisions.map(({ repository }) => repository))].join(', ');
}

function choices(revisions: readonly Revision[]): string {
  return revisions
    .map(
      ({ id, repository, revision }) =>
        `${id} (${revisionLink(repository, revision) ?? `${repository}, ${revision}`})`,
    )
    .join(', ');
}
