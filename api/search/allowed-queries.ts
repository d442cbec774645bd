import { regexpsOf } from './query-string-terms.ts';
import { regexpSize } from './regexp-size.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import {
  list,
  named,
  notAllowed,
  object,
  objectOr,
  oneOrMany,
  onlyMember,
  type RequestObject,
  type Rule,
  type SearchWalk,
  scalar,
  text,
  upTo,
} from './search-walk.ts';

/** Fields of Elasticsearch itself that a search may use; the others reveal or compare what is not part of a build. */
const ownFields: ReadonlySet<string> = new Set(['_id', '_score', '_doc', '_key', '_count', '_all', '_none_']);

export const field: Rule = (value, walk) => {
  text(searchLimits.patternLength)(value, walk);
  if (typeof value !== 'string') return;
  const [name = ''] = value.split('^');
  if (name.startsWith('_') && !ownFields.has(name)) notAllowed(value, walk);
  wildcards(value, walk);
};
export const fields = oneOrMany(field, searchLimits.fields);

/** `*` and `?`, in one pattern and in all. */
function wildcards(pattern: string, walk: SearchWalk): void {
  const count = pattern.match(/[*?]/g)?.length ?? 0;
  if (count > searchLimits.patternWildcards)
    throw walk.refuse(
      `Too many wildcards (${count}): up to ${searchLimits.patternWildcards} are allowed`,
      'limit',
    );
  if (count > 0) walk.spend('wildcards', count);
}

/** Each multiplies the work of finding terms by the number of terms of a field, a star in it or not. */
const pattern: Rule = (value, walk) => {
  text(searchLimits.patternLength)(value, walk);
  walk.spend('wildcards');
  if (typeof value === 'string') wildcards(value, walk);
};

export const regexp: Rule = (value, walk) => {
  text(searchLimits.regexpLength)(value, walk);
  if (typeof value === 'string') spendRegexp(value, walk);
};

/** Spends what a regular expression costs in one field. */
function spendRegexp(value: string, walk: SearchWalk): void {
  walk.spend('regexps');
  if (
    value.length > searchLimits.regexpLength ||
    regexpSize(value) > Math.max(value.length, searchLimits.regexpSize)
  )
    throw walk.refuse(
      `The regular expression is too large: with repetitions written out, it may have up to ${searchLimits.regexpSize.toLocaleString('en-US')} characters`,
      'limit',
    );
  walk.spend('regexpStates', statesOf(value));
}

/** Even a short one may take long to be made deterministic, and copies of optional parts take cubic time. */
function statesOf(regexp: string): number {
  const size = regexpSize(regexp);
  return Math.max(100, size) + Math.ceil(Math.max(0, size - regexp.length) ** 3 / 10_000);
}

/** The text of a query string: each of its words may be a pattern, or a regular expression. */
function queryText(most: number): Rule {
  return (value, walk) => {
    text(most)(value, walk);
    if (typeof value !== 'string') return;
    for (const word of value.split(/\s+/)) wildcards(word, walk);
    for (const regexp of regexpsOf(value)) spendRegexp(regexp, walk);
  };
}

function queryString(parameters: RequestObject, walk: SearchWalk): void {
  patternsInFields('wildcards', patternsIn(parameters.query), parameters, walk);
  const regexps = typeof parameters.query === 'string' ? regexpsOf(parameters.query) : [];
  const states = regexps.reduce((sum, regexp) => sum + statesOf(regexp), 0);
  patternsInFields('regexpStates', states, parameters, walk);
  changes.queryString(parameters);
}

/** What every field costs that all patterns of a text are looked for in, beside the first. */
function patternsInFields(
  expense: 'wildcards' | 'regexpStates',
  patterns: number,
  { fields: given, default_field: only }: RequestObject,
  walk: SearchWalk,
): void {
  const names = [given ?? only ?? '*'].flat();
  const count = names.reduce<number>((sum, name) => sum + (String(name).includes('*') ? fieldsOfStar : 1), 0);
  if (patterns > 0 && count > 1) walk.spend(expense, patterns * (count - 1));
}

/** About as many as an index has. */
const fieldsOfStar = 20;

/** Of the text of a query string: wildcards, fuzzy words and ranges. */
const patternsIn = (query: unknown) =>
  typeof query === 'string' ? (query.match(/[*?~[{]/g)?.length ?? 0) : 0;

/** Every word of a text is a fuzzy one if the query is. */
function fuzzyWords({ query: words, fuzziness: isFuzzy, ...others }: RequestObject, walk: SearchWalk): void {
  if (isFuzzy === undefined) return;
  const count = String(words).split(/\s+/).length;
  walk.spend('wildcards', count);
  if ('fields' in others) patternsInFields('wildcards', count, others, walk);
}

const boost = { boost: scalar, _name: text(searchLimits.patternLength) };

/** A query whose members are fields, each with a value or with an object of options. */
export function byField(
  options: Readonly<Record<string, Rule>>,
  value: Rule,
  check?: (options: RequestObject, walk: SearchWalk) => void,
): Rule {
  const long = objectOr(object({ ...options, ...boost }, check), value);
  return (parameters, walk) => {
    named(() => {})(parameters, walk);
    for (const [name, member] of Object.entries(parameters as RequestObject)) {
      if (!Object.hasOwn(boost, name)) walk.enter(name, name, field);
      walk.enter(name, member, Object.hasOwn(boost, name) ? scalar : long);
    }
  };
}

const fuzziness = {
  fuzziness: scalar,
  prefix_length: scalar,
  max_expansions: upTo(searchLimits.expansions),
  fuzzy_transpositions: scalar,
};
const analysis = {
  analyzer: scalar,
  operator: scalar,
  minimum_should_match: scalar,
  zero_terms_query: scalar,
  lenient: scalar,
};
const queryStringOptions = {
  ...analysis,
  ...boost,
  fields,
  default_field: field,
  default_operator: scalar,
  analyze_wildcard: scalar,
  quote_field_suffix: scalar,
  auto_generate_synonyms_phrase_query: scalar,
  fuzzy_max_expansions: upTo(searchLimits.expansions),
  fuzzy_prefix_length: scalar,
  fuzzy_transpositions: scalar,
  ...Object.fromEntries(changes.removedOptions.map((name) => [name, scalar])),
};

const queries: Rule = oneOrMany((value, walk) => query(value, walk));
export const filters: Rule = (value, walk) => walk.within({ inFilter: true }, value, queries);
const scoreFunction = {
  weight: scalar,
  random_score: object({ seed: scalar, field }),
  field_value_factor: object({ field, factor: scalar, modifier: scalar, missing: scalar }),
};

const queryTypes: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    match_all: object(boost),
    match_none: object(boost),
    bool: object(
      {
        must: queries,
        should: queries,
        filter: filters,
        must_not: filters,
        minimum_should_match: scalar,
        ...boost,
      },
      changes.shouldInFilter,
    ),
    constant_score: object({ filter: filters, ...boost }),
    dis_max: object({ queries, tie_breaker: scalar, ...boost }),
    boosting: object({ positive: queries, negative: queries, negative_boost: scalar, ...boost }),
    function_score: object({
      query: queries,
      ...scoreFunction,
      functions: list(object({ filter: filters, ...scoreFunction })),
      score_mode: scalar,
      boost_mode: scalar,
      max_boost: scalar,
      min_score: scalar,
      ...boost,
    }),
    term: byField({ value: scalar, case_insensitive: scalar }, scalar),
    terms: byField({}, list(scalar)),
    ids: object({ values: oneOrMany(scalar), ...boost }),
    exists: object({ field, ...boost }),
    range: byField(
      { gt: scalar, gte: scalar, lt: scalar, lte: scalar, format: scalar, time_zone: scalar },
      scalar,
    ),
    prefix: byField({ value: pattern, case_insensitive: scalar }, pattern),
    wildcard: byField({ value: pattern, wildcard: pattern, case_insensitive: scalar }, pattern),
    regexp: byField({ value: regexp, flags: scalar, case_insensitive: scalar }, regexp),
    fuzzy: byField({ value: pattern, transpositions: scalar, ...fuzziness }, pattern),
    match: byField({ query: scalar, ...analysis, ...fuzziness }, scalar, fuzzyWords),
    match_phrase: byField({ query: scalar, slop: scalar, ...analysis }, scalar),
    match_phrase_prefix: byField(
      { query: pattern, slop: scalar, max_expansions: upTo(searchLimits.expansions), ...analysis },
      pattern,
    ),
    multi_match: object(
      {
        query: scalar,
        fields,
        type: scalar,
        slop: scalar,
        tie_breaker: scalar,
        ...analysis,
        ...fuzziness,
        ...boost,
      },
      fuzzyWords,
    ),
    query_string: object(
      {
        query: queryText(searchLimits.textLength),
        ...queryStringOptions,
        type: scalar,
        allow_leading_wildcard: scalar,
        enable_position_increments: scalar,
        escape: scalar,
        fuzziness: scalar,
        phrase_slop: scalar,
        quote_analyzer: scalar,
        tie_breaker: scalar,
        time_zone: scalar,
      },
      queryString,
    ),
    simple_query_string: object(
      { query: queryText(searchLimits.simpleQueryStringLength), ...queryStringOptions, flags: scalar },
      queryString,
    ),
  }),
);

export function query(value: unknown, walk: SearchWalk): void {
  const [name, parameters] = onlyMember(value, walk);
  const queryDepth = walk.around.queryDepth + 1;
  if (queryDepth > searchLimits.queryDepth)
    throw walk.refuse(
      `Queries are nested too deeply: up to ${searchLimits.queryDepth} levels are allowed`,
      'limit',
    );
  walk.spend('queries');
  walk.within({ queryDepth }, parameters, (_, inside) =>
    inside.enter(name, parameters, queryTypes.get(name) ?? notAllowed),
  );
}
