import type { Client } from '@elastic/elasticsearch';
import { indexMapping, indexSettings } from '../schema/search/index-mapping.ts';
import { fillingAlias } from './aliases.ts';
import { numberedIndex } from './build-index.ts';
import { metaOf } from './index-note.ts';
import type { ListedIndex } from './list-build-indexes.ts';

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
  const index = numberedIndex(alias, Math.max(0, ...existing.map(({ number }) => number)) + 1);
  await client.indices.create({
    index,
    settings: { ...indexSettings('-1'), auto_expand_replicas: 'false', number_of_replicas: 0 },
    mappings: { ...indexMapping, _meta: metaOf({ run }) },
  });
  return index;
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
