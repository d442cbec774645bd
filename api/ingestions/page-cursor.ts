import { z } from 'zod';

/** Where a page ended: microseconds since 1970, then what tells rows of one moment apart. */
export type CursorParts = readonly [micros: string, ...ids: string[]];

const micros = z.string().regex(/^\d{1,17}$/);
const storable = z.string().refine((text) => !text.includes('\0') && text.isWellFormed());

/** The position as it goes into an address. It means nothing to clients. */
export function writeCursor(parts: CursorParts): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** A parameter with a position of so many ids. */
export function cursorParameter(ids: number) {
  const schema = z.tuple([micros, ...Array.from({ length: ids }, () => storable)]);
  return z
    .string()
    .transform((text, context): CursorParts => {
      const parts = schema.safeParse(parse(text));
      if (parts.success) return parts.data as unknown as CursorParts;
      context.addIssue('must be what `next` had, as it was');
      return z.NEVER;
    })
    .describe('Where the page before ended: follow `next` instead of making it');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
