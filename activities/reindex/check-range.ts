import { type IdRange, idsIndexedBefore, readIds } from '../../drizzle/queries/build-ids.ts';
import { fillingAlias } from '../../elasticsearch/aliases.ts';
import { missingDocuments } from '../../elasticsearch/missing-documents.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withHeartbeats } from './heartbeats.ts';

export interface CheckRangeInput extends IdRange {
  /** The `since` that the last pass of catching up returned. */
  readonly since: string;
}

/** The counts of a range. */
export interface CheckedRange extends IdRange {
  readonly rows: number;
  readonly documents: number;
  /** Builds that could be searched before that pass and have no document: `rows` less `documents` less these are late. */
  readonly missing: number;
  /** Ids of the first few of those. */
  readonly examples: readonly string[];
}

/** Compares a range of the table with the index that was filled, by ids and not just by numbers. */
export function makeCheckRange({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  const index = fillingAlias(indexAlias);
  return async function checkRange({ since, ...range }: CheckRangeInput): Promise<CheckedRange> {
    return await withHeartbeats(
      () => undefined,
      async (signal) => {
        const ids = await readIds(database, range);
        const absent = await missingDocuments(elasticsearch, { index }, ids, signal);
        const missing = absent.length === 0 ? [] : await idsIndexedBefore(database, absent, since);
        return {
          ...range,
          rows: ids.length,
          documents: ids.length - absent.length,
          missing: missing.length,
          examples: missing.slice(0, 10),
        };
      },
    );
  };
}
