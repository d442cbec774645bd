import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { QueryPlace } from '../walk/places.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';
import { limits } from './limits.ts';
import { numberOf } from './number-of.ts';

/** Options of queries that stand for work, with the most that may be asked for. */
const effort: Readonly<Record<string, number>> = {
  max_determinized_states: limits.determinizedStates,
  max_expansions: limits.expansions,
  fuzzy_max_expansions: limits.expansions,
  max_query_terms: limits.expansions,
};

/** Counts queries and measures patterns. */
export function queryLimits(): SearchVisitor {
  let queries = 0;
  return {
    query(place) {
      queries++;
      if (queries > limits.queries)
        throw refuse(`Too many queries in one search: at most ${limits.queries} are allowed`, 'limit');
      if (place.depth >= limits.queryDepth)
        throw refuse(
          `Queries are nested too deeply: at most ${limits.queryDepth} levels are allowed`,
          'limit',
        );
      checkEffort(place.parameters);
      for (const options of place.parameters.values()) if (options instanceof Map) checkEffort(options);
      checkTexts(place);
    },
  };
}

function checkEffort(options: JsonObject): void {
  for (const [name, most] of Object.entries(effort)) {
    const value = numberOf(options.get(name));
    if (value !== undefined && value > most)
      throw refuse(`\`${name}\` is too large (${value}): at most ${most} is allowed`, 'limit');
  }
}

function checkTexts({ name, parameters }: QueryPlace): void {
  switch (name) {
    case 'regexp':
      for (const text of textsOf(parameters, 'value')) checkRegexp(text, 'regexp');
      return;
    case 'wildcard':
      for (const text of textsOf(parameters, 'value', 'wildcard')) checkWildcard(text);
      return;
    case 'prefix':
    case 'fuzzy':
      for (const text of textsOf(parameters, 'value', 'prefix'))
        checkLength(text, name, limits.patternLength);
      return;
    case 'query_string':
      checkQueryString(parameters.get('query'), name, limits.queryStringLength);
      return;
    case 'simple_query_string':
      checkQueryString(parameters.get('query'), name, limits.simpleQueryStringLength);
  }
}

function checkQueryString(text: JsonValue | undefined, name: string, mostCharacters: number): void {
  if (typeof text !== 'string') return;
  checkLength(text, name, mostCharacters);
  checkWildcards(text, limits.queryStringWildcards, `The text of \`${name}\``);
  for (const word of text.split(/\s+/)) if (wildcardsIn(word) > 1) checkWildcard(word);
}

export function checkRegexp(text: string, where: string): void {
  checkLength(text, where, limits.regexpLength);
}

function checkWildcard(text: string): void {
  checkLength(text, 'wildcard', limits.patternLength);
  checkWildcards(text, limits.patternWildcards, 'A pattern');
}

function checkWildcards(text: string, most: number, what: string): void {
  const count = wildcardsIn(text);
  if (count > most)
    throw refuse(`${what} has too many wildcards (${count}): at most ${most} are allowed`, 'limit');
}

function wildcardsIn(text: string): number {
  return text.match(/[*?]/g)?.length ?? 0;
}

function checkLength(text: string, where: string, most: number): void {
  if (text.length > most) {
    throw refuse(
      `The text of \`${where}\` is too long (${text.length} characters): at most ${most} are allowed`,
      'limit',
    );
  }
}

/** The texts of a query by field, in the short form (`{field: text}`) or the long one (`{field: {value: text}}`). */
function textsOf(parameters: JsonObject, ...members: string[]): string[] {
  const values: (JsonValue | undefined)[] = [...parameters.values()].flatMap((value) =>
    value instanceof Map ? members.map((member) => value.get(member)) : [value],
  );
  return values.filter((value) => typeof value === 'string');
}
