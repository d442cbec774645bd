import type { Client } from '@elastic/elasticsearch';

/**
 * The alias of the index that is being filled beside the live one. Writing goes through an alias only, and requires
 * that it is one: a request to an index that somebody has deleted would make a new one with guessed mappings.
 */
export function fillingAlias(alias: string): string {
  return `${alias}-filling`;
}

/**
 * Moves the alias to another index, in one request: a search sees the one or the other, never none and never both.
 * The index is not being filled any longer after it. Moving it again changes nothing.
 *
 * @returns once every node goes by it: a write that begins afterwards reaches the new index
 * @throws when Elasticsearch cannot be reached, or did not hear from every node in time; try again then
 */
export async function moveAlias(client: Client, alias: string, to: string): Promise<void> {
  const filling = fillingAlias(alias);
  const found = await client.indices.getAlias({ name: [alias, filling] }, { ignore: [404] });
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
