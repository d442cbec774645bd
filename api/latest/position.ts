import { z } from 'zod';

const values = z.array(z.string()).min(1).max(4);

/** Values of fields at which a page ended, as they go into an address. */
export function writePosition(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** A parameter with such a position. */
export const positionParameter = z
  .string()
  .transform((text, context): readonly string[] => {
    const position = values.safeParse(parse(text));
    if (position.success) return position.data;
    context.addIssue('must be what `next` had, as it was');
    return z.NEVER;
  })
  .describe('Where the page before ended: follow `next` instead of making it');

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
