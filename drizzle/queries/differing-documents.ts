import { sql } from 'drizzle-orm';
import { compactDate } from '../../schema/build/searchable-date.ts';
import { searchDocument } from '../../schema/search/search-document.ts';
import type { Database } from '../connect.ts';

/** A document of the index: `builds.id` in decimal digits, and its source as JSON text. */
export interface IndexedDocument {
  readonly id: string;
  readonly source: string;
}

/**
 * Which of these documents are not what their build says, as jsonb compares: the order of keys does not matter, and
 * numbers are equal where their values are, to the last digit. The rules are those of `searchDocument`.
 *
 * @returns ids; a document without a build is not among them
 */
export async function differingDocuments(
  database: Database,
  documents: readonly IndexedDocument[],
): Promise<string[]> {
  const suspects = await differingFromPublished(database, documents);
  if (suspects.length === 0) return [];
  const expected = suspects.map(({ id, build }) => ({ id, source: expectedSource(id, build) }));
  const sources = new Map(documents.map(({ id, source }) => [id, source]));
  const { rows } = await database.execute<{ id: string }>(sql`
    select id::text as id
    from unnest(
      ${sql.param(expected.map(({ id }) => id))}::bigint[],
      ${sql.param(expected.map(({ source }) => source))}::jsonb[],
      ${sql.param(expected.map(({ id }) => sources.get(id)))}::jsonb[]
    ) as document (id, expected, source)
    where source is distinct from expected
    order by document.id`);
  return rows.map(({ id }) => id);
}

/**
 * Leaves to PostgreSQL what it can tell: documents that hold every value as published, which is almost all of them. It cannot
 * tell of dates that are never searchable as published.
 */
async function differingFromPublished(
  database: Database,
  documents: readonly IndexedDocument[],
): Promise<{ id: string; build: string }[]> {
  const { rows } = await database.execute<{ id: string; build: string }>(sql`
    select builds.id::text as id, build::text as build
    from unnest(
      ${sql.param(documents.map(({ id }) => id))}::bigint[],
      ${sql.param(documents.map(({ source }) => source))}::jsonb[]
    ) as document (id, source)
    join builds on builds.id = document.id
    where document.source is distinct from case when jsonb_typeof(build) = 'object' then
      jsonb_build_object('id', builds.id) || coalesce(
        (select jsonb_object_agg(key, value) from jsonb_each(build) where value <> '{}'), '{}')
    end
    or build #>> '{build,date}' ~ ${compactDate.source} or build #>> '{download,date}' ~ ${compactDate.source}`);
  return rows;
}

/** Null where a build can have no document: an imported row may hold any JSON. */
function expectedSource(id: string, build: string): string | null {
  try {
    return searchDocument(id, build);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}
