import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

/** A document of the index: `builds.id` in decimal digits, and its source as JSON text. */
export interface IndexedDocument {
  readonly id: string;
  readonly source: string;
}

/**
 * Which of these documents are not what their build says, as jsonb compares: the order of keys does not matter, and
 * numbers are equal if their values are, to the last digit. The rules are those of `searchDocument`.
 *
 * @returns ids; a document without a build is not among them
 */
export async function differingDocuments(
  database: Database,
  documents: readonly IndexedDocument[],
): Promise<string[]> {
  const { rows } = await database.execute<{ id: string }>(sql`
    select builds.id::text as id
    from unnest(
      ${sql.param(documents.map(({ id }) => id))}::bigint[],
      ${sql.param(documents.map(({ source }) => source))}::jsonb[]
    ) as document (id, source)
    join builds on builds.id = document.id
    where document.source is distinct from case when jsonb_typeof(build) = 'object' then
      jsonb_build_object('id', builds.id) || coalesce(
        (select jsonb_object_agg(key, value) from jsonb_each(build) where value <> '{}'), '{}')
    end
    order by builds.id`);
  return rows.map(({ id }) => id);
}
