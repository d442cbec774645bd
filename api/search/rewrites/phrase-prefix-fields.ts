import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';
import { dateFields, keywordFields, longFields } from '../../../schema/search/indexed-fields.ts';
import type { QueryPlace } from '../walk/places.ts';
import type { Rewrite } from './rewrite.ts';

const keywords: ReadonlySet<string> = new Set(keywordFields);
const withoutWords: ReadonlySet<string> = new Set([...dateFields, ...longFields]);

/** `match_phrase_prefix` on a keyword becomes a `prefix`, on a number or date nothing; likewise in a `multi_match`. */
export const phrasePrefixFields: Rewrite = {
  reason:
    'In 6 a `match_phrase_prefix` on a keyword, whose only word is the whole value, found what begins with the text, and nothing on numbers and dates. Since 7 both are an error.',
  query(place) {
    if (place.name === 'match_phrase_prefix') replaceOne(place);
    else if (place.name === 'multi_match' && place.parameters.get('type') === 'phrase_prefix')
      replaceMany(place);
  },
};

function replaceOne(place: QueryPlace): void {
  const [entry] = place.parameters;
  if (entry === undefined || place.parameters.size !== 1) return;
  const [field, options] = entry;
  const text = textOf(options instanceof Map ? options.get('query') : options);
  if (withoutWords.has(field)) place.replace('match_none', new Map());
  else if (isKeyword(field) && text !== undefined)
    place.replace('prefix', new Map([[field, prefixOf(text, options)]]));
}

/** One query for each field, of which the best counts. */
function replaceMany(place: QueryPlace): void {
  const { parameters } = place;
  const text = textOf(parameters.get('query'));
  const asked = parameters.get('fields');
  const fields = (Array.isArray(asked) ? asked : [asked]).filter((field) => typeof field === 'string');
  const matching = fields.flatMap(expand);
  if (text === undefined || !matching.some(([field]) => isKeyword(field) || withoutWords.has(field))) return;
  const rest = fields.filter(
    (field) => !expand(field).some(([name]) => isKeyword(name) || withoutWords.has(name)),
  );
  const queries: JsonValue[] = matching
    .filter(([field]) => isKeyword(field))
    .map(([field, boost]) => query('prefix', new Map([[field, prefixOf(text, boost)]])));
  if (rest.length > 0) queries.push(query('multi_match', new Map(parameters).set('fields', rest)));
  const named = parameters.get('_name');
  place.replace('dis_max', new Map<string, JsonValue>([['queries', queries]]));
  if (named !== undefined) place.parameters.set('_name', named);
}

/** The fields of keywords, numbers and dates that a name with `*` and `^boost` stands for; another name for itself. */
function expand(asked: string): [field: string, boost: JsonObject][] {
  const [name = '', boost] = asked.split('^');
  const options: JsonObject = new Map(boost === undefined ? [] : [['boost', new JsonNumber(boost)]]);
  if (!name.includes('*')) return [[name, options]];
  const pattern = new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return [...keywords, ...withoutWords]
    .filter((field) => pattern.test(field))
    .map((field) => [field, options]);
}

function isKeyword(field: string): boolean {
  return keywords.has(field) || field.endsWith('.keyword');
}

function query(name: string, parameters: JsonObject): JsonObject {
  return new Map([[name, parameters]]);
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value instanceof JsonNumber) return value.token;
  return typeof value === 'string' ? value : undefined;
}

function prefixOf(text: string, options: JsonValue): JsonObject {
  const prefix: JsonObject = new Map([['value', text]]);
  for (const name of ['boost', '_name']) {
    const value = options instanceof Map ? options.get(name) : undefined;
    if (value !== undefined) prefix.set(name, value);
  }
  return prefix;
}
