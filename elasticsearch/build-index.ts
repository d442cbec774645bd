import { type Client, errors } from '@elastic/elasticsearch';
import { indexMapping, indexSettings } from '../schema/search/index-mapping.ts';

/** The alias that is searched and the index behind it that is written to. */
export interface BuildIndex {
  readonly alias: string;
  readonly index: string;
  /** Whether this call made the index. */
  readonly created: boolean;
}

/**
 * Makes sure that the alias exists: where there is none, makes the first numbered index (`buildhub2-000001`) and
 * puts the alias on it in the same request, so that no document can ever create an index with guessed mappings.
 * Safe to run by several processes at once.
 *
 * @param refreshInterval for example `1s`
 * @throws when Elasticsearch cannot be reached, or when an index, not an alias, has the name of the alias
 */
export async function ensureBuildIndex(
  client: Client,
  alias: string,
  refreshInterval: string,
): Promise<BuildIndex> {
  const existing = await currentIndex(client, alias);
  if (existing) return { alias, index: existing, created: false };
  const index = numberedIndex(alias, 1);
  try {
    await client.indices.create({
      index,
      aliases: { [alias]: { is_write_index: true } },
      settings: indexSettings(refreshInterval),
      mappings: indexMapping,
    });
    return { alias, index, created: true };
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    const made = await currentIndex(client, alias);
    if (made) return { alias, index: made, created: false };
    throw new Error(
      `Elasticsearch has an index ${index} but no alias ${alias} on it. Add the alias, or delete the index, and try again.`,
      { cause: error },
    );
  }
}

/** The name of the index that the alias writes to, or undefined where the alias does not exist. */
export async function currentIndex(client: Client, alias: string): Promise<string | undefined> {
  const found = await client.indices.getAlias({ name: alias }, { ignore: [404] });
  const indexes = Object.entries(found).filter(([, value]) => value?.aliases?.[alias]);
  const writing = indexes.find(([, value]) => value.aliases[alias]?.is_write_index) ?? indexes[0];
  return writing?.[0];
}

/** `numberedIndex('buildhub2', 7)` is `buildhub2-000007`. */
export function numberedIndex(alias: string, number: number): string {
  return `${alias}-${String(number).padStart(6, '0')}`;
}

function isAlreadyThere(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError)) return false;
  return ['resource_already_exists_exception', 'invalid_alias_name_exception'].includes(
    error.body?.error?.type,
  );
}
