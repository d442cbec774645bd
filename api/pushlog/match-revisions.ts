import { ApiProblem } from '../openapi/api-problem.ts';
import type { Revision } from './revision.ts';

/** Two revisions of one repository, the older first. */
export interface RevisionRange {
  readonly from: Revision;
  readonly to: Revision;
  /** Whether they were asked for the other way round. */
  readonly swapped: boolean;
}

/**
 * The one pair of revisions that lie in the same repository.
 *
 * @throws {ApiProblem} where there is none, or more than one
 */
export function matchRevisions(from: readonly Revision[], to: readonly Revision[]): RevisionRange {
  const pairs = from.flatMap((one) =>
    to.filter(({ repository }) => repository === one.repository).map((other) => [one, other] as const),
  );
  const [pair] = pairs;
  if (pair === undefined) {
    throw new ApiProblem(
      422,
      `The two are of different repositories, which have no common pushlog: ${names(from)} and ${names(to)}`,
    );
  }
  if (pairs.length > 1) {
    throw new ApiProblem(
      422,
      `Builds of several repositories or revisions have these build ids. Give the id of one build instead of the build id; from: ${choices(from)}; to: ${choices(to)}`,
    );
  }
  const [first, second] = pair;
  const swapped = isLater(first, second);
  return { from: swapped ? second : first, to: swapped ? first : second, swapped };
}

/** Where the pushlog of a range is: what was pushed after `from`, up to and with `to`. */
export function pushlogUrl({ from, to }: RevisionRange): string {
  const range = new URLSearchParams({ fromchange: from.revision, tochange: to.revision });
  return `${from.repository}/pushloghtml?${range}`;
}

/** By the date of the build, and by its id where one has none. */
function isLater(one: Revision, other: Revision): boolean {
  const [a, b] = [Date.parse(one.buildDate), Date.parse(other.buildDate)];
  return Number.isNaN(a) || Number.isNaN(b) ? one.buildId > other.buildId : a > b;
}

function names(revisions: readonly Revision[]): string {
  return [...new Set(revisions.map(({ repository }) => repository))].join(', ');
}

function choices(revisions: readonly Revision[]): string {
  return revisions.map(({ id, repository, revision }) => `${id} (${repository}/rev/${revision})`).join(', ');
}
