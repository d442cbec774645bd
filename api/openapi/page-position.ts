import { z } from 'zod';

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
    .describe('Where the page before ended: follow `next` instead of making it');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
