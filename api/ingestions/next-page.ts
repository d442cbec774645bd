import type { Context } from 'hono';
import { writePosition } from '../openapi/page-position.ts';
import type { CursorParts } from './page-cursor.ts';

/**
 * The rows of a page and the address of the next, which has the same filter.
 *
 * @param rows one more than the page holds, where there are so many
 */
export function nextPage<Row>(
  c: Context,
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => CursorParts,
): { readonly page: readonly Row[]; readonly next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { page, next: null };
  const url = new URL(c.req.url);
  url.searchParams.set('after', writePosition(position(last)));
  return { page, next: url.pathname + url.search };
}
