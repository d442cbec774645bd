import { z } from 'zod';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads a time span such as `30m`, `6h` or `1d`; in milliseconds, undefined if it is not one. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * units[unit as keyof typeof units];
}

/** Milliseconds in the largest unit that needs no fraction: `6h`, `90m`, `1d`; less than a minute as `10s`. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const)
    if (milliseconds > 0 && milliseconds % units[unit] === 0) return `${milliseconds / units[unit]}${unit}`;
  return `${milliseconds / 1_000}s`;
}

/** A time span such as `6h`. */
export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'must be a time span such as 30m, 6h or 1d');

/** A moment: a date, a date with time in UTC, or how long ago it was. {@link momentOf} reads it. */
export const moment = z
  .string()
  .refine(
    (text) => parseMoment(text) !== undefined,
    'must be 2026-01-31, 2026-01-31T12:00:00Z, or a time ago such as 90m, 24h or 7d',
  );

/** The moment that a valid `moment` means, in ISO 8601; undefined if there is none. */
export function momentOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseMoment(text)?.toISOString();
}

function parseMoment(text: string): Date | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return new Date(Date.now() - ago);
  const isMoment = z.union([z.iso.date(), z.iso.datetime()]).safeParse(text).success;
  return isMoment ? new Date(text) : undefined;
}
