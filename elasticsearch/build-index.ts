import { type Client, errors } from '@elastic/elasticsearch';
import { indexMapping, indexSettings } from '../schema/search/index-mapping.ts';

/**
 * Makes sure that the alias exists. If not, makes the first numbered index (`buildhub2-000001`) and
 * puts the alias on it in the same request, so that no document can ever create an index with guessed mappings.
 * Safe to run by several processes at once.
 *
 * @param refreshInterval for example `1s`
 * @returns the index that the alias writes to, and whether this call made it
 * @throws when Elasticsearch cannot be reached, when an index, not an alias, has the name of the alias, or when there are
 * indexes without it
 */
export async function ensureBuildIndex(client: Client, alias: string, refreshInterval: string) {
  const existing = await currentIndex(client, alias);
  if (existing) return { index: existing, created: false };
  await refuseOrphans(client, alias);
  const index = numberedIndex(alias, 1);
  try {
    await client.indices.create({
      index,
      aliases: { [alias]: { is_write_index: true } },
      settings: indexSettings(refreshInterval),
      mappings: indexMapping,
    });
    return { index, created: true };
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    const made = await currentIndex(client, alias);
    if (made) return { index: made, created: false };
    throw error;
  }
}

/** A new index beside those of a lost alias would make nearly all builds disappear from searches. */
async function refuseOrphans(client: Client, alias: string): Promise<void> {
  const found = await client.indices.get({ index: `${alias}-*`, features: ['aliases'] });
  const indexes = Object.entries(found).filter(([name]) => numberOf(name, alias) !== undefined);
  // Another process may have made it just now.
  if (indexes.length === 0 || indexes.some(([, { aliases }]) => aliases?.[alias])) return;
  const names = indexes.map(([name]) => name).join(', ');
  throw new Error(
    `Elasticsearch has ${names} but no alias ${alias}. Add the alias to the index that was live, or delete the indexes, and try again.`,
  );
}

/** The name of the index that the alias writes to, or undefined if the alias does not exist. */
export async function currentIndex(client: Client, alias: string): Promise<string | undefined> {
  const found = await client.indices.getAlias({ name: alias }, { ignore: [404] });
  const indexes = Object.entries(found).filter(([, value]) => value?.aliases?.[alias]);
  const writing = indexes.find(([, value]) => value.aliases[alias]?.is_write_index) ?? indexes[0];
  return writing?.[0];
}

/** `numberedIndex('buildhub2', 7)` is `buildhub2-000007`. */
function numberedIndex(alias: string, number: number): string {
  return `${alias}-${String(number).padStart(6, '0')}`;
}

function isAlreadyThere(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError)) return false;
  return ['resource_already_exists_exception', 'invalid_alias_name_exception'].includes(
    error.body?.error?.type,
  );
}

/**
 * The alias of the index that is being filled beside the live one. Writing goes through an alias only, and requires
 * that it is one: a request to an index that somebody has deleted would make a new one with guessed mappings.
 */
export function fillingAlias(alias: string): string {
  return `${alias}-filling`;
}

/** What was filled is not this index: another run has begun to fill one since. */
export class NotFilledError extends Error {
  override readonly name = 'NotFilledError';
}

/**
 * Moves the alias to the index that is being filled, in one request: a search sees the one or the other, never none and
 * never both. The index is not being filled any longer after it. Moving it again changes nothing.
 *
 * @returns once every node goes by it: a write that begins afterwards reaches the new index
 * @throws {NotFilledError} if the filling alias leads to another index
 * @throws when Elasticsearch cannot be reached, or did not hear from every node in time; try again then
 */
export async function moveAlias(client: Client, alias: string, to: string): Promise<void> {
  const filling = fillingAlias(alias);
  const found = await client.indices.getAlias({ name: [alias, filling] }, { ignore: [404] });
  const { [alias]: live, [filling]: filled } = found[to]?.aliases ?? {};
  if (!live && !filled) throw new NotFilledError(`${to} is no longer the index that is being filled`);
  const remove = Object.entries(found).flatMap(([index, { aliases = {} }]) => [
    ...(index !== to && aliases[alias] ? [{ remove: { index, alias, must_exist: true } }] : []),
    ...(aliases[filling] ? [{ remove: { index, alias: filling, must_exist: true } }] : []),
  ]);
  const { acknowledged } = await client.indices.updateAliases({
    actions: [...remove, { add: { index: to, alias, is_write_index: true } }],
  });
  // A change that was made by an attempt before this one is acknowledged at once, whether or not all nodes know of it.
  const { timed_out: isLate } = await client.cluster.health({ wait_for_events: 'languid', timeout: '20s' });
  if (!acknowledged || isLate) throw new Error(`Not every node knows yet that ${alias} is ${to}`);
}

/** What Buildhub remembers about an index, in the index itself (`_meta` of its mapping), so that both go together. */
export interface IndexMetadata {
  /** The run that made the index; none for the first index of a deployment. */
  readonly run?: string;
  /**
   * A moment, by the clock of PostgreSQL, before the alias was moved away from the index: it holds every build whose
   * `indexed_at` is earlier. Meaningless while the index is live.
   */
  readonly retiredAt?: string | undefined;
}

export async function writeMetadata(client: Client, index: string, note: IndexMetadata): Promise<void> {
  await client.indices.putMapping({ index, _meta: { buildhub: note } });
}

/** An index behind the alias, or one that was or is to be. */
export interface ListedIndex extends IndexMetadata {
  readonly name: string;
  readonly number: number;
  /**
   * `live` is searched and written to. `former` was, and can be returned to. `unfinished` is what a reindex fills, or has
   * left behind.
   */
  readonly state: 'live' | 'former' | 'unfinished';
  /** Aliases of others that lead to it: it is not this deployment's alone, and must not be deleted. */
  readonly otherAliases?: readonly string[];
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
      const note: IndexMetadata = mappings?._meta?.buildhub ?? {};
      const isLive = aliases?.[alias] !== undefined;
      const others = Object.keys(aliases ?? {}).filter(
        (each) => each !== alias && each !== fillingAlias(alias),
      );
      const { primaries } = statistics.indices?.[name] ?? {};
      const index: ListedIndex = {
        name,
        number,
        state: isLive ? 'live' : note.retiredAt || !note.run ? 'former' : 'unfinished',
        ...(isLive ? { ...note, retiredAt: undefined } : note),
        ...(others.length > 0 && { otherAliases: others }),
        documents: primaries?.docs?.count ?? 0,
        bytes: primaries?.store?.size_in_bytes ?? 0,
        createdAt: new Date(Number(settings?.index?.creation_date)).toISOString(),
      };
      return index;
    })
    .sort((a, b) => a.number - b.number);
}

/** `numberOf('buildhub2-000007', 'buildhub2')` is 7; undefined for an index that does not belong to the alias. */
function numberOf(name: string, alias: string): number | undefined {
  const digits = name.startsWith(`${alias}-`) ? name.slice(alias.length + 1) : '';
  return /^\d{6,}$/.test(digits) ? Number(digits) : undefined;
}

/**
 * Makes the next numbered index, to be filled beside the live one: without refresh and replica, which cost the most
 * while it is filled. Calling it again for the same run finds the index that is there.
 *
 * @param existing the indexes there are
 * @param run that the index is made by
 */
export async function makeNextIndex(
  client: Client,
  alias: string,
  existing: readonly ListedIndex[],
  run: string,
): Promise<string> {
  const made = existing.find((index) => index.run === run);
  if (made) return made.name;
  for (let number = Math.max(0, ...existing.map((index) => index.number)) + 1; ; number++) {
    const index = numberedIndex(alias, number);
    try {
      await client.indices.create({
        index,
        settings: { ...indexSettings('-1'), auto_expand_replicas: 'false', number_of_replicas: 0 },
        mappings: { ...indexMapping, _meta: { buildhub: { run } } },
      });
      return index;
    } catch (error) {
      // A closed one, which is not listed.
      if (!isAlreadyThere(error)) throw error;
    }
  }
}

/** Lets the writes of a reindex go to this index, and to no other. */
export async function beginFilling(client: Client, alias: string, index: string): Promise<void> {
  const filling = fillingAlias(alias);
  const found = await client.indices.getAlias({ name: filling }, { ignore: [404] });
  const others = Object.keys(found).filter((name) => name !== index && found[name]?.aliases?.[filling]);
  await client.indices.updateAliases({
    actions: [
      ...others.map((other) => ({ remove: { index: other, alias: filling } })),
      { add: { index, alias: filling, is_write_index: true } },
    ],
  });
}

/** Gives an index that was filled the settings of a live one, and waits until its replicas, if any, are there. */
export async function endFilling(client: Client, index: string, refreshInterval: string): Promise<void> {
  const { auto_expand_replicas, refresh_interval } = indexSettings(refreshInterval);
  await client.indices.putSettings({ index, settings: { auto_expand_replicas, refresh_interval } });
  await client.indices.refresh({ index });
  const { timed_out: isLate, status } = await client.cluster.health({
    index,
    wait_for_status: 'green',
    timeout: '20s',
  });
  if (isLate) throw new Error(`The copies of ${index} are not ready yet: its health is ${status}`);
}
