import type { Config } from '../../config/config.ts';
import { search as allowedSearch } from './allowed-search.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import { refuse } from './search-refusal.ts';
import { isObject, numberOf, type RequestObject, SearchWalk, textOf } from './search-walk.ts';

export interface CheckedSearch {
  readonly body: RequestObject;
  /** Whether its client gave it a time limit, and so accepts what was found until then. */
  readonly mayBePartial: boolean;
  /** What its metrics may take in Elasticsearch's memory. */
  readonly aggregationBytes: number;
}

/**
 * The border between clients and Elasticsearch: lets through only what `allowed-search.ts` has, within the limits of
 * `request-budget.ts`, with the few changes of `search-changes.ts`. One walk over the request does all of it.
 *
 * @param request JSON of any kind, which is changed in place
 * @throws {HttpProblem} that says what is wrong, and where
 */
export function checkSearch(request: unknown, config: Config): CheckedSearch {
  // Buildhub2 returned all builds for every value that is false in Python.
  const body = (changes.isFalseInPython(request) ? {} : request) as RequestObject;
  if (isObject(body)) changes.emptyMembers(body);
  const walk = new SearchWalk(config.ELASTICSEARCH_INDEX);
  allowedSearch(body, walk);
  checkPage(body, config.MAX_SEARCH_SIZE);
  const mayBePartial = limitTime(body, config.SEARCH_TIME_LIMIT_SECONDS * 1_000);
  return { body, mayBePartial, aggregationBytes: walk.spent('aggregationBytes') };
}

function checkPage(body: RequestObject, maxSize: number): void {
  const size = wholeNumber(body, 'size') ?? 10;
  const from = wholeNumber(body, 'from') ?? 0;
  if (size > maxSize) throw refuse(`Search size too large (${size})`, 'limit');
  if (from + size > searchLimits.resultWindow) {
    throw refuse(
      `Result window is too large, from + size must be less than or equal to: [${searchLimits.resultWindow}] but was [${from + size}]. Use /api/export for more.`,
      'limit',
    );
  }
}

function wholeNumber(body: RequestObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number)) throw refuse(`\`${name}\` must be a whole number`);
  return number;
}

/**
 * Gives every search a time limit: after it Elasticsearch returns what it has, with `timed_out: true`. A client may ask
 * for a shorter one.
 *
 * @returns whether the client has a time limit of its own
 */
function limitTime(body: RequestObject, limit: number): boolean {
  const asked = milliseconds(body.timeout);
  const isOwn = asked !== undefined && asked > 0 && asked <= limit;
  if (!isOwn) body.timeout = `${limit}ms`;
  return isOwn;
}

const units: Readonly<Record<string, number>> = {
  nanos: 1e-6,
  micros: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function milliseconds(value: unknown): number | undefined {
  if (value === undefined || value === null || /^(0|-1)$/.test(textOf(value))) return undefined;
  const [, number, unit = ''] = /^(\d+)(nanos|micros|ms|s|m|h|d)$/i.exec(textOf(value).trim()) ?? [];
  if (number === undefined) throw refuse('`timeout` must be a time, for example "5s"');
  return Number(number) * (units[unit.toLowerCase()] ?? 0);
}
