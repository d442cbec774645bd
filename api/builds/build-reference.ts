import { z } from 'zod';
import type { BuildReference } from '../../drizzle/queries/builds.ts';

/** A moment in an address. */
export const dateParameter = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  'must be a date (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z; a + in it is written %2B)',
);

/** The first moment that a parameter stands for. */
export function startOf(text: string): Date {
  return new Date(text);
}

/** The last millisecond that a parameter stands for: of a day, the whole day belongs to it. */
export function endOf(text: string): Date {
  const start = new Date(text);
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(start.getTime() + 86_400_000 - 1) : start;
}

const largestId = 2n ** 63n - 1n;

/** A build in an address: its id, or its hash. */
export const buildReference = z
  .string()
  .regex(
    /^(\d{1,19}|v1:[0-9a-f]{32})$/,
    'must be the id of a build (digits, `_id` in searches) or its hash (`v1:` and 32 hexadecimal digits)',
  )
  .refine((text) => !/^\d+$/.test(text) || BigInt(text) <= largestId, 'is larger than any id')
  .meta({ description: 'Id of the build (`_id` of searches), or its hash', examples: ['17'] });

/** What to look for. */
export function readReference(text: string): BuildReference {
  // Leading zeros are nothing that an id has, but mean no other build either.
  return text.startsWith('v1:') ? { hash: text } : { id: BigInt(text).toString() };
}
