import { shorten } from '../../schema/shorten.ts';
import type { HttpProblem, RefusalKind } from '../openapi/http-problem.ts';
import { searchLimits } from './request-budget.ts';
import { refuse, tooDeep } from './search-refusal.ts';

export type RequestObject = Record<string, unknown>;

/**
 * Checks one value of a request and everything inside it.
 *
 * @throws {HttpProblem} that names the place and what is wrong there
 */
export type Rule = (value: unknown, walk: SearchWalk) => void;

/** Changes an object in place, or checks all of its members together. */
export type Change = (object: RequestObject, walk: SearchWalk) => void;

/** What is added up over a whole search. */
const expenses = {
  queries: 'queries',
  queryNames: 'queries with a name',
  regexps: 'regular expressions',
  regexpStates: 'states of regular expressions in all fields',
  wildcards: 'wildcards',
  patternCharacters: 'characters of patterns in all fields',
  words: 'words to look for in all fields',
  sortFields: 'fields to sort by',
  explained: 'hits to explain, times characters of the search,',
  aggregations: 'aggregations',
  aggregationBytes: 'bytes for all buckets of all aggregations',
} as const;

type Expense = keyof typeof expenses;

/** What surrounds a value of a request while it is checked. */
interface Surroundings {
  /** Whether queries here only filter: their score does not matter. */
  readonly inFilter: boolean;
  readonly queryDepth: number;
  readonly aggregationDepth: number;
  /** How many buckets there can be of the aggregation around, over all its parents. */
  readonly buckets: number;
  /** Paths of the values by which these are sorted. What computes them does so for every value of the field. */
  readonly order: readonly string[];
}

/** A walk over one request: its current path, and what the request has cost so far. */
export class SearchWalk {
  readonly index: string;
  around: Surroundings = { inFilter: false, queryDepth: 0, aggregationDepth: 0, buckets: 1, order: [] };
  readonly #path: (string | number)[] = [];
  readonly #spent = new Map<Expense, number>();

  constructor(index: string) {
    this.index = index;
  }

  /** The name of what is being checked. */
  get name(): string {
    return String(this.#path.at(-1));
  }

  enter(name: string | number, value: unknown, rule: Rule): void {
    this.#path.push(name);
    if (this.#path.length > searchLimits.jsonDepth) throw tooDeep();
    rule(value, this);
    this.#path.pop();
  }

  within(changed: Partial<Surroundings>, value: unknown, rule: Rule): void {
    const { around } = this;
    this.around = { ...around, ...changed };
    rule(value, this);
    this.around = around;
  }

  spend(expense: Expense, amount = 1): void {
    const spent = this.spent(expense) + Math.max(0, amount);
    this.#spent.set(expense, spent);
    const limit = searchLimits[expense];
    // Also false for NaN.
    if (!(spent <= limit))
      throw this.refuse(
        `Too many ${expenses[expense]} in one search: up to ${limit.toLocaleString('en-US')} are allowed`,
        'limit',
      );
  }

  spent(expense: Expense): number {
    return this.#spent.get(expense) ?? 0;
  }

  refuse(message: string, kind: RefusalKind = 'syntax'): HttpProblem {
    const place = shorten(this.#path.join('.'), 200);
    return refuse(place === '' ? message : `${message} (at ${place})`, kind);
  }
}

export function isObject(value: unknown): value is RequestObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** The text of a single value. `String` throws for a number that `readRequest` kept with every digit. */
export function textOf(value: unknown): string {
  return JSON.isRawJSON(value) ? value.rawJSON : String(value);
}

/** A number as Elasticsearch reads it, from a number or a text; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** A single value. A text has up to `most` characters. */
export function text(most: number): Rule {
  return (value, walk) => {
    if (isObject(value) || Array.isArray(value)) throw walk.refuse('Must be a single value');
    if (typeof value === 'string' && value.length > most)
      throw walk.refuse(`Too long (${value.length} characters): up to ${most} are allowed`, 'limit');
  };
}

export const scalar = text(searchLimits.textLength);
export const repeated = text(searchLimits.repeatedLength);

export function scalars(...names: readonly string[]): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [name, scalar]));
}

/** A number, which may be written as a text; not as Java alone reads it (`65536d`), whose size would be unknown here. */
export const number: Rule = (value, walk) => {
  scalar(value, walk);
  if (typeof value === 'string' && numberOf(value) === undefined) throw walk.refuse('Must be a number');
};

/** A number of up to `most`. */
export function upTo(most: number): Rule {
  return (value, walk) => {
    number(value, walk);
    const given = numberOf(value);
    if (given !== undefined && given > most)
      throw walk.refuse(`Too large (${given}): up to ${most} is allowed`, 'limit');
  };
}

/** Any JSON, which Elasticsearch only returns. */
export const anything: Rule = (value, walk) => {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) walk.enter(name, (value as RequestObject)[name], anything);
};

export function list(rule: Rule, most = Number.POSITIVE_INFINITY): Rule {
  return (value, walk) => {
    if (!Array.isArray(value)) throw walk.refuse('Must be a list');
    if (value.length > most)
      throw walk.refuse(`Too many (${value.length}): up to ${most} are allowed`, 'limit');
    for (const [at, item] of value.entries()) walk.enter(at, item, rule);
  };
}

export function oneOrMany(rule: Rule, most?: number): Rule {
  const many = list(rule, most);
  return (value, walk) => (Array.isArray(value) ? many : rule)(value, walk);
}

export function objectOr(object: Rule, other: Rule): Rule {
  return (value, walk) => (isObject(value) ? object : other)(value, walk);
}

/**
 * An object with only these members.
 *
 * @param changes make of the object what Elasticsearch 9 takes, once everything in it has been checked
 */
export function object(members: Readonly<Record<string, Rule>>, ...changes: readonly Change[]): Rule {
  const rules = new Map(Object.entries(members));
  return (value, walk) => {
    const checked = mustBeObject(value, walk);
    for (const name of Object.keys(checked)) walk.enter(name, checked[name], rules.get(name) ?? notAllowed);
    for (const change of changes) change(checked, walk);
  };
}

/** An object whose members have names that the client chose. */
export function named(rule: Rule, most = Number.POSITIVE_INFINITY): Rule {
  return (value, walk) => {
    const checked = mustBeObject(value, walk);
    const names = Object.keys(checked);
    if (names.length > most)
      throw walk.refuse(`Too many (${names.length}): up to ${most} are allowed`, 'limit');
    for (const name of names) walk.enter(name, checked[name], rule);
  };
}

export const notAllowed: Rule = (_value, walk) => {
  throw walk.refuse('Unknown or not allowed', 'not_allowed');
};

/** An object with one member, whose name is its type. */
export function typed(types: Readonly<Record<string, Rule>>): Rule {
  const rules = new Map(Object.entries(types));
  return (value, walk) => {
    const [name, member] = onlyMember(value, walk);
    walk.enter(name, member, rules.get(name) ?? notAllowed);
  };
}

/** What an object is about: its only member, or the only one beside `others`. */
export function onlyMember(
  value: unknown,
  walk: SearchWalk,
  others: readonly string[] = [],
): readonly [name: string, member: unknown] {
  const checked = mustBeObject(value, walk);
  const names = Object.keys(checked).filter((name) => !others.includes(name));
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw walk.refuse(
      `Must be an object with one type, for example {"term": {...}}, and has ${names.length}`,
    );
  return [name, checked[name]];
}

export function mustBeObject(value: unknown, walk: SearchWalk): RequestObject {
  if (!isObject(value)) throw walk.refuse('Must be an object');
  return value;
}
