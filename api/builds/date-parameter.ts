import { z } from 'zod';

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
