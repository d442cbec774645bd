import { searchDocument } from '../schema/search/search-document.ts';

const FIRST_KEY = '{"build": {"';

/** A date that is not of the usual form, which may have to be written otherwise. */
const UNUSUAL_DATE = /"date": "(?!\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})")/;

/**
 * The document of a stored build as {@link searchDocument} makes it, from the text of its jsonb value. Almost always
 * without parsing it: a reindex reads every build, and parsing would cost as much as all the rest of its own work.
 *
 * PostgreSQL writes the shorter keys of an object first. So where `build` comes first no key of one to four letters
 * is there that could collide with `id`, and without an empty object anywhere there is none to leave out.
 * Dates of the usual form are searchable as published.
 *
 * @param jsonb the text of a jsonb value, as PostgreSQL writes it
 * @throws {TypeError} as {@link searchDocument} does
 */
export function storedDocument(id: string, jsonb: string): string {
  if (!jsonb.startsWith(FIRST_KEY) || jsonb.includes('{}') || UNUSUAL_DATE.test(jsonb))
    return searchDocument(id, jsonb);
  return `{"id":${id},${jsonb.slice(1)}`;
}
