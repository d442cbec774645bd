import { isJsonObject, parseLossless } from '../lossless-json.ts';

const decimalId = /^[1-9][0-9]*$/;

/**
 * The document of a build in the index, as JSON text: `{"id":17,"build":{...},"source":{...},...}`. The id is a number
 * there, and every value is as published. Objects without members are left out, so `build: {}` gives no `build`.
 *
 * Almost always the text is not parsed: a reindex reads every build, and parsing would cost as much as all the rest of
 * its own work.
 *
 * @param id the row's id in decimal, which is the document's `_id` too.
 * @param build JSON text of a build, as published or as PostgreSQL writes jsonb
 * @throws {TypeError} for an id that is not a decimal number or a text that is not an object; {@link SyntaxError} for an
 * object that is nested too deeply.
 */
export function searchDocument(id: string, build: string): string {
  if (!decimalId.test(id))
    throw new TypeError(`A document's id must be a decimal number, not ${JSON.stringify(id)}`);
  if (!build.startsWith('{')) throw new TypeError(`The build with id ${id} is not a JSON object`);
  return build.includes('{}') ? withoutEmptyObjects(id, build) : `{"id":${id},${build.slice(1)}`;
}

function withoutEmptyObjects(id: string, text: string): string {
  const build = parseLossless(text);
  const members = Object.entries(build ?? {}).filter(
    ([, member]) => !isJsonObject(member) || Object.keys(member).length > 0,
  );
  return JSON.stringify({ id: JSON.rawJSON(id), ...Object.fromEntries(members) });
}
