/**
 * Reads page after page, up to one that is not full: what is added while the pages are dealt with would otherwise keep
 * a reader busy for ever.
 *
 * @param read gives the page behind an item, at most `size` items
 */
export async function* pages<T>(
  size: number,
  read: (last: T | undefined) => Promise<T[]>,
): AsyncGenerator<T[]> {
  for (let last: T | undefined; ; ) {
    const page = await read(last);
    if (page.length > 0) yield page;
    if (page.length < size) return;
    last = page.at(-1);
  }
}
