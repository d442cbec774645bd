import { z } from 'zod';
import type { BuildReference } from '../../drizzle/queries/builds.ts';

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
