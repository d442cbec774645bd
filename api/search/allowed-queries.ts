import { rangesAndRegexpsOf, wordsOf } from './query-string-terms.ts';
import { regexpSize } from './regexp-size.ts';
import { searchLimits } from './request-budget.ts';
import * as changes from './search-changes.ts';
import {
  type Change,
  list,
  mustBeObject,
  notAllowed,
  object,
  objectOr,
  oneOrMany,
  type RequestObject,
  type Rule,
  repeated,
  type SearchWalk,
  scalar,
  scalars,
  text,
  textOf,
  typed,
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

/** `*` and `?`, in one pattern and in all, once for each field. */
function wildcards(pattern: string, walk: SearchWalk, fieldCount = 1): void {
  const count = pattern.match(/[*?]/g)?.length ?? 0;
  if (count > searchLimits.patternWildcards)
    throw walk.refuse(
      `Too many wildcards (${count}): up to ${searchLimits.patternWildcards} are allowed`,
      'limit',
    );
  if (count > 0) walk.spend('wildcards', count * fieldCount);
}

/** Each multiplies the work of finding terms by the number of terms of a field, a star in it or not. */
const pattern: Rule = (value, walk) => {
  text(searchLimits.patternLength)(value, walk);
  walk.spend('wildcards');
  if (typeof value !== 'string') return;
  wildcards(value, walk);
  walk.spend('patternCharacters', value.length);
};

const bound: Rule = (value, walk) => {
  text(searchLimits.patternLength)(value, walk);
  if (typeof value === 'string') walk.spend('patternCharacters', value.length);
};

const fuzzyTerm: Rule = (value, walk) => {
  pattern(value, walk);
  checkLength(textOf(value), searchLimits.fuzzyLength, walk);
};

export const regexp: Rule = (value, walk) => {
  text(searchLimits.regexpLength)(value, walk);
  if (typeof value === 'string') spendRegexp(value, 1, walk);
};

function spendRegexp(value: string, fieldCount: number, walk: SearchWalk): void {
  walk.spend('regexps');
  const size = value.length > searchLimits.regexpLength ? Number.POSITIVE_INFINITY : regexpSize(value);
  // Also false for NaN.
  if (!(size <= Math.max(value.length, searchLimits.regexpSize)))
    throw walk.refuse(
      `The regular expression is too large: with repetitions written out, it may have up to ${searchLimits.regexpSize.toLocaleString('en-US')} characters`,
      'limit',
    );
  // Even a short one may take long to be made deterministic, and copies of optional parts take cubic time.
  const states = Math.max(100, size) + Math.ceil(Math.max(0, size - value.length) ** 3 / 10_000);
  walk.spend('regexpStates', states * fieldCount);
}

/** Each word of a query string may be a pattern or a regular expression, which is looked for in every field. */
function queryString(parameters: RequestObject, walk: SearchWalk): void {
  const { query: words } = parameters;
  if (typeof words === 'string') {
    // A text may name several fields at once too: `*:a`, `build.\*:a`.
    const fieldCount = Math.max(countFields(parameters), /\*[^\s*]*\s*:/.test(words) ? fieldsOfStar : 1);
    for (const word of wordsOf(words)) {
      if (!/[*?~]/.test(word)) continue;
      wildcards(word, walk, fieldCount);
      checkLength(word, word.includes('~') ? searchLimits.fuzzyLength : searchLimits.patternLength, walk);
      walk.spend('patternCharacters', word.length * fieldCount);
    }
    const { ranges, regexps } = rangesAndRegexpsOf(words);
    for (const range of ranges) {
      checkLength(range, 2 * searchLimits.patternLength, walk);
      walk.spend('patternCharacters', range.length * fieldCount);
    }
    for (const regexp of regexps) spendRegexp(regexp, fieldCount, walk);
    const fuzzyOrRanges = words.match(/[~[{]/g)?.length ?? 0;
    walk.spend('wildcards', fuzzyOrRanges * fieldCount);
    walk.spend('words', countWords(words) * fieldCount);
  }
  changes.queryString(parameters);
}

/** About as many as an index has. */
const fieldsOfStar = 20;

/** Fields that a text is looked for in. An empty list means all, as none does. */
function countFields({ fields: given, default_field: only }: RequestObject): number {
  const names = [given ?? only ?? '*'].flat();
  if (names.length === 0) return fieldsOfStar;
  return names.reduce<number>((sum, name) => sum + (textOf(name).includes('*') ? fieldsOfStar : 1), 0);
}

/** What a word is depends on the analyser: these are the shortest. */
function countWords(text: string): number {
  return text.match(/[a-z]+|\d+|[^\s!-~]/gi)?.length ?? 0;
}

function checkLength(text: string, most: number, walk: SearchWalk): void {
  if (text.length > most)
    throw walk.refuse(
      `A pattern, a fuzzy word or a range is too long (${text.length} characters): up to ${most} are allowed`,
      'limit',
    );
}

/** Every word of a text is a fuzzy one if the query is. */
function fuzzyWords(parameters: RequestObject, walk: SearchWalk, fieldCount = 1): void {
  if (parameters.fuzziness === undefined) return;
  const words = textOf(parameters.query);
  checkLength(words, searchLimits.fuzzyLength, walk);
  walk.spend('wildcards', countWords(words) * fieldCount);
}

function multiMatch(parameters: RequestObject, walk: SearchWalk): void {
  const fieldCount = countFields(parameters);
  const words = textOf(parameters.query);
  walk.spend('words', countWords(words) * fieldCount);
  if (parameters.type === 'phrase_prefix') {
    checkLength(words, searchLimits.patternLength, walk);
    walk.spend('patternCharacters', words.length * fieldCount);
  }
  fuzzyWords(parameters, walk, fieldCount);
}

/** Those of Elasticsearch 6. */
const matchTypes: ReadonlySet<unknown> = new Set([
  ...['best_fields', 'most_fields', 'cross_fields', 'phrase', 'phrase_prefix'],
]);

const matchType: Rule = (value, walk) => {
  if (!matchTypes.has(value)) throw walk.refuse(`Must be one of ${[...matchTypes].join(', ')}`);
};

const queryName: Rule = (value, walk) => {
  walk.spend('queryNames');
  repeated(value, walk);
};
const boost: Readonly<Record<string, Rule>> = { boost: scalar, _name: queryName };

/** A query whose members are fields, each with a value or with an object of options. */
export function byField(
  options: Readonly<Record<string, Rule>>,
  value: Rule,
  ...changes: readonly Change[]
): Rule {
  const long = objectOr(object({ ...options, ...boost }, ...changes), value);
  return (parameters, walk) => {
    for (const [name, member] of Object.entries(mustBeObject(parameters, walk))) {
      const option = Object.hasOwn(boost, name) ? boost[name] : undefined;
      if (!option) walk.enter(name, name, field);
      walk.enter(name, member, option ?? long);
    }
  };
}

const expansions = upTo(searchLimits.expansions);
const fuzziness = {
  max_expansions: expansions,
  ...scalars('fuzziness', 'prefix_length', 'fuzzy_transpositions', ...changes.costs),
};
const analysis = {
  ...scalars('analyzer', 'operator', 'minimum_should_match', 'zero_terms_query', 'lenient'),
  auto_generate_synonyms_phrase_query: scalar,
};
const queryStringOptions = {
  ...analysis,
  ...boost,
  fields,
  default_field: field,
  fuzzy_max_expansions: expansions,
  ...scalars('default_operator', 'analyze_wildcard', 'quote_field_suffix', 'fuzzy_prefix_length'),
  ...scalars('fuzzy_transpositions', ...changes.removedOptions),
};

const queries = oneOrMany(query);
export const filters: Rule = (value, walk) => walk.within({ inFilter: true }, value, queries);
const scoreFunction = {
  weight: scalar,
  random_score: object({ seed: scalar, field }),
  field_value_factor: object({ field, ...scalars('factor', 'modifier', 'missing') }),
};

const patternOptions = scalars('case_insensitive', ...changes.costs);
const withoutCosts = changes.without(...changes.costs);

const queryTypes = typed({
  match_all: object(boost),
  match_none: object(boost),
  bool: object(
    {
      must: queries,
      should: queries,
      filter: filters,
      must_not: filters,
      ...scalars('minimum_should_match', 'adjust_pure_negative', 'disable_coord'),
      ...boost,
    },
    changes.shouldInFilter,
    changes.without('disable_coord'),
  ),
  constant_score: object({ filter: filters, ...boost }),
  dis_max: object({ queries, tie_breaker: scalar, ...boost }),
  boosting: object({ positive: queries, negative: queries, negative_boost: scalar, ...boost }),
  function_score: object({
    query: queries,
    ...scoreFunction,
    functions: list(object({ filter: filters, ...scoreFunction })),
    ...scalars('score_mode', 'boost_mode', 'max_boost', 'min_score'),
    ...boost,
  }),
  term: byField(scalars('value', 'case_insensitive'), scalar),
  terms: byField({}, list(scalar)),
  ids: object({ values: oneOrMany(scalar), type: oneOrMany(scalar), ...boost }, changes.without('type')),
  exists: object({ field, ...boost }),
  range: byField(
    {
      ...Object.fromEntries(['gt', 'gte', 'lt', 'lte', 'from', 'to'].map((name) => [name, bound])),
      ...scalars('time_zone', 'relation', 'include_lower', 'include_upper'),
      format: repeated,
    },
    scalar,
    changes.rangeBounds,
    changes.dateFormat,
  ),
  prefix: byField({ value: pattern, ...patternOptions }, pattern, withoutCosts),
  wildcard: byField({ value: pattern, wildcard: pattern, ...patternOptions }, pattern, withoutCosts),
  regexp: byField(
    { value: regexp, ...patternOptions, ...scalars('flags', 'flags_value') },
    regexp,
    withoutCosts,
  ),
  fuzzy: byField({ value: fuzzyTerm, transpositions: scalar, ...fuzziness }, fuzzyTerm, withoutCosts),
  match: byField({ query: scalar, ...analysis, ...fuzziness }, scalar, fuzzyWords, withoutCosts),
  match_phrase: byField({ ...scalars('query', 'slop'), ...analysis }, scalar),
  match_phrase_prefix: byField(
    { query: pattern, slop: scalar, max_expansions: expansions, ...analysis },
    pattern,
  ),
  multi_match: object(
    {
      fields,
      type: matchType,
      ...scalars('query', 'slop', 'tie_breaker', 'use_dis_max'),
      ...analysis,
      ...fuzziness,
      ...boost,
    },
    multiMatch,
    withoutCosts,
    changes.without('use_dis_max'),
  ),
  query_string: object(
    {
      query: text(searchLimits.textLength),
      ...queryStringOptions,
      type: matchType,
      ...scalars('allow_leading_wildcard', 'enable_position_increments', 'escape', 'fuzziness'),
      ...scalars('phrase_slop', 'quote_analyzer', 'tie_breaker', 'time_zone'),
    },
    queryString,
  ),
  simple_query_string: object(
    { query: text(searchLimits.simpleQueryStringLength), ...queryStringOptions, flags: scalar },
    queryString,
  ),
});

export function query(value: unknown, walk: SearchWalk): void {
  const queryDepth = walk.around.queryDepth + 1;
  if (queryDepth > searchLimits.queryDepth)
    throw walk.refuse(
      `Queries are nested too deeply: up to ${searchLimits.queryDepth} levels are allowed`,
      'limit',
    );
  walk.spend('queries');
  walk.within({ queryDepth }, value, queryTypes);
  changes.phrasePrefix(value as RequestObject);
}
