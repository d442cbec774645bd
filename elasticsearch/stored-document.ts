import { searchDocument } from '../schema/search/search-document.ts';

const FIRST_KEY = '{"build": {"';

/**
 * The document of a stored build as {@link searchDocument} makes it, from the text of its jsonb value. Almost always
 * without parsing it: a reindex reads every build, and parsing would cost as much as all the rest of its own work.
 *
 * PostgreSQL writes the shorter keys of an object first. So where `build` comes first no key of one to four letters
 * is there that could collide with `id`, and without an empty object anywhere there is none to leave out.
 *
 * @param jsonb the text of a jsonb value, as PostgreSQL writes it
 * @throws {TypeError} as {@link searchDocument} does
 */
export function storedDocument(id: string, jsonb: string): string {
  if (!jsonb.startsWith(FIRST_KEY) || jsonb.includes('{}')) return searchDocument(id, jsonb);
  return `{"id":${id},${jsonb.slice(1)}`;
}
