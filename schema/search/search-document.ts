import { searchableDate } from '../build/searchable-date.ts';
import { stringifyJson } from '../json/canonical-json.ts';
import { JsonNumber, type JsonObject } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { dateFields } from './indexed-fields.ts';

const DECIMAL_ID = /^[1-9][0-9]*$/;

/**
 * The document of a build in the index, as JSON text: `{"id":17,"build":{...},"source":{...},...}`. The id is a number
 * there, objects without members are left out (so `build: {}` gives no `build`), and every value is as published, but for
 * a date that Elasticsearch could not read, or not as Buildhub2 did: see `searchableDate`.
 *
 * @param id the row's id in decimal, which is the document's `_id` too.
 * @param buildText JSON of a valid build; jsonb's order of keys is as good as any.
 * @throws {TypeError} for an id that is no decimal number or a text that holds no object.
 */
export function searchDocument(id: string, buildText: string): string {
  if (!DECIMAL_ID.test(id))
    throw new TypeError(`A document's id must be a decimal number, not ${JSON.stringify(id)}`);
  const build = parseJson(buildText);
  if (!(build instanceof Map)) throw new TypeError(`The build with id ${id} is not a JSON object`);
  const document: JsonObject = new Map([['id', new JsonNumber(id)]]);
  for (const [key, member] of build) {
    const isEmpty = member instanceof Map && member.size === 0;
    if (!isEmpty) document.set(key, member);
  }
  for (const path of dateFields) rewriteDate(document, path.split('.'));
  return stringifyJson(document);
}

/** The document is as shallow as the mapping, and what is on the way to a date was made by `parseJson` just before. */
function rewriteDate(document: JsonObject, [section = '', name = '']: string[]): void {
  const members = document.get(section);
  const published = members instanceof Map ? members.get(name) : undefined;
  if (!(members instanceof Map) || typeof published !== 'string') return;
  const date = searchableDate(published);
  if (date !== undefined) members.set(name, date);
}
