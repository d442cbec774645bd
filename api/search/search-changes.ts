import { keywordFields } from '../../schema/search/index-mapping.ts';
import { hasWildcard, startOfValue, terms } from './query-string-terms.ts';
import { searchLimits } from './request-budget.ts';
import { isObject, numberOf, type RequestObject, type SearchWalk, textOf } from './search-walk.ts';

/*
 * Everything that is changed in a search so that Elasticsearch 9 returns what Elasticsearch 6 returned to the known clients.
 * `allowed-search.ts` says where. Each changes the object in place, after it has been checked.
 */

export function isFalseInPython(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Buildhub2 took out what was false in Python, so no program noticed that Elasticsearch refuses it. Before the check. */
export function emptyMembers(search: RequestObject): void {
  for (const name of ['aggs', 'aggregations', 'sort', 'script_fields'])
    if (isFalseInPython(search[name])) delete search[name];
  const { _source: source } = search;
  if (source === null || (isObject(source) && isFalseInPython(source))) delete search._source;
}

/**
 * Every search counts all its hits, unless it asks not to. Since 7 totals stop at 10,000 by default; in 6 they were exact.
 * A number as the value of `track_total_hits` cannot be combined with a total that is an integer.
 */
export function exactTotal(search: RequestObject): void {
  search.track_total_hits = !isFalse(search.track_total_hits);
}

function isFalse(value: unknown): boolean {
  return value === false || value === 'false';
}

/** A list since 5.2; an object was deprecated, and is an error in 9. */
export function indexBoosts(search: RequestObject): void {
  if (isObject(search.indices_boost)) search.indices_boost = [search.indices_boost];
}

/** In 6 a `size` or `from` of -1 meant "not set"; in 9 it is an error. */
export function defaultPage(search: RequestObject): void {
  if (numberOf(search.size) === -1) delete search.size;
  if (numberOf(search.from) === -1) delete search.from;
}

/**
 * Buckets in the order of `_term` or `_time` are in the order of `_key`. The old names were deprecated in 6 and are an
 * error since 7; libmozdata and the old pages send them.
 */
export function bucketOrder(parameters: RequestObject): void {
  for (const order of Array.isArray(parameters.order) ? parameters.order : [parameters.order]) {
    if (!isObject(order)) continue;
    for (const former of ['_term', '_time']) {
      if (!Object.hasOwn(order, former)) continue;
      order._key = order[former];
      delete order[former];
    }
  }
}

/**
 * Clients ask for "all" buckets with a size of 100,000 and more. One more than Elasticsearch makes has the same effect,
 * its refusal if there are more included, and allocates less.
 */
export function bucketCount(parameters: RequestObject): void {
  for (const name of ['size', 'shard_size']) {
    if ((numberOf(parameters[name]) ?? 0) > searchLimits.buckets) parameters[name] = searchLimits.buckets + 1;
  }
}

/** Kibana asks for fragments of 2,147,483,647 characters, to get whole values. A build has none of 10,000. */
export function fragmentSize(highlight: RequestObject): void {
  for (const name of ['fragment_size', 'no_match_size']) {
    if ((numberOf(highlight[name]) ?? 0) > 10_000) highlight[name] = 10_000;
  }
}

/**
 * In 6, a `bool` with `must` or `filter` beside `should` needed one of the `should` to match if it was in a place where
 * queries only filter. Since 7 it needs none, so the same search would find more.
 */
export function shouldInFilter(bool: RequestObject, { around }: SearchWalk): void {
  const { should } = bool;
  if (!around.inFilter || bool.minimum_should_match !== undefined) return;
  if (Array.isArray(should) ? should.length > 0 : should !== undefined) bool.minimum_should_match = 1;
}

/**
 * Former names of the bounds of a range, which are an error in 9. The library for Java wrote them, null for an open end.
 * A bound with a fraction, as milliseconds from Python, becomes a text: Java writes a large one with an exponent, and 9
 * does not read dates from that.
 */
export function rangeBounds(range: RequestObject): void {
  const { from, to, include_lower: lower, include_upper: upper } = range;
  without('from', 'to', 'include_lower', 'include_upper')(range);
  if (from != null) range[isFalse(lower) ? 'gt' : 'gte'] = from;
  if (to != null) range[isFalse(upper) ? 'lt' : 'lte'] = to;
  for (const name of ['gt', 'gte', 'lt', 'lte']) {
    const bound = range[name];
    if (typeof bound === 'number' && !Number.isInteger(bound)) range[name] = String(bound);
  }
}

/**
 * A `match_phrase_prefix` on a keyword is a `prefix`: 6 looked for terms with this start, and 9 refuses it. The same in a
 * `multi_match`, as SearchKit 2 sends it, if all of its fields are keywords.
 */
export function phrasePrefix(query: RequestObject): void {
  const { match_phrase_prefix: fields, multi_match: several } = query;
  if (isObject(several) && several.type === 'phrase_prefix') prefixInAny(query, several);
  if (!isObject(fields) || !Object.keys(fields).every(isKeyword)) return;
  delete query.match_phrase_prefix;
  query.prefix = Object.fromEntries(
    Object.entries(fields).map(([name, options]) => {
      if (!isObject(options)) return [name, options];
      const { query: value, boost, _name } = options;
      return [name, { value, boost, _name }];
    }),
  );
}

function prefixInAny(query: RequestObject, { query: value, fields, boost, _name }: RequestObject): void {
  const weighted = [fields ?? []].flat().map((field) => textOf(field).split('^'));
  if (weighted.length === 0 || !weighted.every(([name = '']) => isKeyword(name))) return;
  const queries = weighted.map(([name = '', weight]) => ({ prefix: { [name]: { value, boost: weight } } }));
  delete query.multi_match;
  query.dis_max = { queries, boost, _name };
}

function isKeyword(field: string): boolean {
  return keywordFields.includes(field) || field.endsWith('.keyword');
}

const calendarIntervals: ReadonlySet<unknown> = new Set([
  ...['year', '1y', 'quarter', '1q', 'month', '1M', 'week', '1w', 'day', '1d'],
  ...['hour', '1h', 'minute', '1m', 'second', '1s'],
]);

/** The `interval` of a date histogram was split in 7.2, into units of the calendar and fixed lengths of time. */
export function dateInterval(histogram: RequestObject): void {
  const { interval } = histogram;
  if (interval === undefined) return;
  // A plain number was milliseconds.
  const milliseconds = typeof interval === 'string' ? undefined : numberOf(interval);
  delete histogram.interval;
  if (calendarIntervals.has(interval)) histogram.calendar_interval = interval;
  else histogram.fixed_interval = milliseconds === undefined ? interval : `${milliseconds}ms`;
}

/** Names of formats in 6, and not patterns, which have none of these words. */
const formatName = /^(?:basic|date|epoch|hour|ordinal|strict|t|time|week|weekyear|year)(?:[A-Z][a-z]*)+$/;

/**
 * A format of dates as 6 read it, by Joda, is one of java.time: `YYYY`, which there is the year of a week, is `yyyy`, and
 * `dateTime` is `date_time`. An offset may be read as `Z` too, and is written as Joda wrote it. `MM` also reads a month of
 * one digit, unless another letter is beside it. A format that starts with 8 was of java.time in 6 too.
 * `use_field_mapping` is the default.
 */
export function dateFormat(options: RequestObject): void {
  const { format } = options;
  if (format === 'use_field_mapping') delete options.format;
  else if (typeof format === 'string' && !format.startsWith('8'))
    options.format = format.split('||').flatMap(formatsInJava).join('||');
}

function formatsInJava(format: string): string[] {
  if (formatName.test(format)) return [format.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
  const formats = [
    { Z: 'Z', ZZ: 'xxx' },
    { Z: 'XX', ZZ: 'XX' },
    { Z: 'XXX', ZZ: 'XXX' },
  ].map((offsets) => {
    const inJava: Readonly<Record<string, string>> = { Y: 'y', x: 'Y', ...offsets };
    return format.replace(/'[^']*'|[Yx]|Z+/g, (part) => inJava[part] ?? part);
  });
  // The first is the one that Elasticsearch writes dates in.
  const lenient = formats.map((text) =>
    text.replace(/'[^']*'|(?<![A-Za-z])([MdHms])\1(?![A-Za-z])/g, (part, letter?: string) => letter ?? part),
  );
  return [...new Set([...formats, ...lenient])];
}

/** `_id` of a sort is `id`, a field with the same text: since 8 Elasticsearch does not sort by `_id`. */
export function sortById(search: RequestObject): void {
  if (search.sort == null) return;
  search.sort = [search.sort].flat().map((order: unknown) => {
    if (order === '_id') return 'id';
    if (!isObject(order) || !Object.hasOwn(order, '_id')) return order;
    return Object.fromEntries(
      Object.entries(order).map(([name, value]) => [name === '_id' ? 'id' : name, value]),
    );
  });
}

/** The same for the field of an aggregation. */
export function idField(parameters: RequestObject): void {
  if (parameters.field === '_id') parameters.field = 'id';
}

/** Options that only have to do with what a search costs, which has limits of its own here. */
export const costs = ['max_determinized_states', 'rewrite', 'fuzzy_rewrite', 'cutoff_frequency'] as const;

/** Options that 6 accepted with a warning and ignored, and costs. The search box of the old page sends the first two. */
export const removedOptions = [
  'auto_generate_phrase_queries',
  'split_on_whitespace',
  'use_dis_max',
  'lowercase_expanded_terms',
  'locale',
  'all_fields',
  ...costs,
];

/** Takes out options that do not change which builds are found. */
export function without(...names: readonly string[]) {
  return (options: RequestObject): void => {
    for (const name of names) delete options[name];
  };
}

/** Analysers that turn everything into small letters. */
const lowering: ReadonlySet<unknown> = new Set(['standard', 'simple', 'stop', 'pattern', 'english']);

/**
 * `Firefox*` in a query string with an analyser becomes `firefox*`. In 6 the analyser was used for terms with wildcards
 * too, so the search boxes of the old pages, which put an asterisk after every word, found firefox for Firefox. In 9 the
 * field decides, and keywords are not analysed. If every word has its asterisk, the analyser has no other use, so
 * `pattern` is dropped: the first page sends it, and an Elasticsearch without modules does not have it.
 */
export function queryString(parameters: RequestObject): void {
  without(...removedOptions)(parameters);
  const { query, analyzer } = parameters;
  if (typeof query !== 'string' || !lowering.has(analyzer)) return;
  if (/[*?]/.test(query)) parameters.query = query.replace(terms, lowerCase);
  if (analyzer === 'pattern' && (query.match(terms) ?? []).every(hasWildcard)) delete parameters.analyzer;
}

function lowerCase(term: string): string {
  const start = startOfValue(term);
  return hasWildcard(term) ? term.slice(0, start) + term.slice(start).toLowerCase() : term;
}

/**
 * A suggester that looks into `_all` looks into another field without values. The old page has its suggestions generated
 * from `_all`, which was empty in 6, so that none were found, and is an unknown field since 7.
 */
export function allFieldSuggester(options: RequestObject): void {
  if (options.field === '_all') options.field = '_routing';
}
