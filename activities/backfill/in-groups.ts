/**
 * The items in order, in groups whose sizes add up to no more than `limit`; an item that is larger has a group of its
 * own.
 */
export function inGroups<T>(items: readonly T[], sizeOf: (item: T) => number, limit: number): T[][] {
  const groups: T[][] = [];
  let total = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const group = groups.at(-1);
    if (group && total + size <= limit) {
      group.push(item);
      total += size;
    } else {
      groups.push([item]);
      total = size;
    }
  }
  return groups;
}
