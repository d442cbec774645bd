import type { Context } from 'hono';
import { z } from 'zod';

const notWhole = 'must be a whole number';

export const wholeNumber = z.coerce.number(notWhole).int(notWhole);

export const pageSize = wholeNumber
  .min(1, 'must be at least 1')
  .max(500, 'must be up to 500')
  .default(50)
  .describe('Results per page');

/** Where a page ended: microseconds since 1970, then what distinguishes rows of the same moment. */
type CursorParts = readonly [micros: string, ...ids: string[]];

const micros = z.string().regex(/^\d{1,17}$/);
const storable = z.string().refine((text) => !text.includes('\0') && text.isWellFormed());

/** A parameter with a position of so many ids. */
export function cursorParameter(ids: number) {
  return positionParameter<CursorParts>(
    z.tuple([micros], storable).refine((parts) => parts.length === ids + 1),
  );
}

/**
 * The rows of a page and the address of the next, which has the same filter.
 *
 * @param rows one more than the page holds, if there are as many
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

/** Where a page ended, as it goes into an address. It means nothing to clients. */
export function writePosition(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** A parameter with what {@link writePosition} wrote of a position like this. */
export function positionParameter<Position extends readonly string[]>(position: z.ZodType<Position>) {
  return z
    .string()
    .transform((text, context): Position => {
      const read = position.safeParse(parse(text));
      if (read.success) return read.data;
      context.addIssue('must be what `next` had, as it was');
      return z.NEVER;
    })
    .describe('Where the previous page ended: follow `next` instead of composing it');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
