import { z } from 'zod';

/** How many rows a page has. */
export const pageSize = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(500, 'must be 500 at most')
  .default(50)
  .describe('How many a page has');
