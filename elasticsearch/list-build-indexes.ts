import type { Client } from '@elastic/elasticsearch';
import { type IndexNote, readNote } from './index-note.ts';

/**
 * `live` is searched and written to. `former` was, and can be returned to. `unfinished` is what a reindex fills, or has
 * left behind.
 */
export type IndexState = 'live' | 'former' | 'unfinished';

/** An index behind the alias, or one that was or is to be. */
export interface ListedIndex extends IndexNote {
  readonly name: string;
  readonly number: number;
  readonly state: IndexState;
  /** As of the last refresh, which an unfinished index has rarely. */
  readonly documents: number;
  readonly bytes: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The numbered indexes of an alias, the oldest first. */
export async function listBuildIndexes(client: Client, alias: string): Promise<ListedIndex[]> {
  const index = `${alias}-*`;
  const [found, statistics] = await Promise.all([
    client.indices.get({ index, features: ['aliases', 'mappings', 'settings'] }),
    client.indices.stats({ index, metric: ['docs', 'store'] }),
  ]);
  return Object.entries(found)
    .flatMap(([name, { aliases, mappings, settings }]) => {
      const number = numberOf(name, alias);
      if (number === undefined) return [];
      const note = readNote(mappings?._meta);
      const isLive = aliases?.[alias] !== undefined;
      const { primaries } = statistics.indices?.[name] ?? {};
      const state: IndexState = isLive ? 'live' : note.retiredAt || !note.run ? 'former' : 'unfinished';
      return {
        name,
        number,
        state,
        ...(isLive ? { ...note, retiredAt: undefined } : note),
        documents: primaries?.docs?.count ?? 0,
        bytes: primaries?.store?.size_in_bytes ?? 0,
        createdAt: new Date(Number(settings?.index?.creation_date)).toISOString(),
      };
    })
    .sort((a, b) => a.number - b.number);
}

/** `numberOf('buildhub2-000007', 'buildhub2')` is 7; undefined for an index that is none of the alias's. */
function numberOf(name: string, alias: string): number | undefined {
  const digits = name.startsWith(`${alias}-`) ? name.slice(alias.length + 1) : '';
  return /^\d{6,}$/.test(digits) ? Number(digits) : undefined;
}
