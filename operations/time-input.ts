import { z } from 'zod';

/*
 * The only parser of times and time spans that people and programs give: in flags, bodies and addresses. It takes the
 * documented forms and nothing else, so that no reading depends on the zone or the locale of a machine.
 */

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time span such as `6h`. {@link parseDuration} reads it. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhd]$/, 'must be a time span of minutes, hours or days, such as 30m, 6h or 1d');

/** Milliseconds of a time span; undefined if the text is not a time span. */
export function parseDuration(text: string): number | undefined {
  if (!duration.safeParse(text).success) return undefined;
  return Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units];
}

/** Milliseconds in the largest unit that needs no fraction: `6h`, `90m`, `1d`; less than a minute as `10s`. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const)
    if (milliseconds > 0 && milliseconds % units[unit] === 0) return `${milliseconds / units[unit]}${unit}`;
  return `${milliseconds / 1_000}s`;
}

const forms =
  'must be a date (2026-01-31), a time with its zone (2026-01-31T12:00:00Z), or a time span before now (90m, 24h, 7d)';

/** A moment: a date in UTC, a time with its zone, or how long ago it was. {@link startOf} and {@link endOf} read it. */
export const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true }), duration], forms)
  // What services store: PostgreSQL has no year 0.
  .refine((text) => startOf(text) >= earliest && endOf(text) <= latest, forms)
  .meta({ type: 'string' });

const earliest = new Date('0001-01-01');
const latest = new Date('9999-12-30T23:59:59.999Z');

/** The first moment that a valid `moment` means. */
export function startOf(text: string): Date {
  const ago = parseDuration(text);
  return ago === undefined ? new Date(text) : new Date(Date.now() - ago);
}

/** The last millisecond that a valid `moment` means: of a date, the whole day belongs to it. */
export function endOf(text: string): Date {
  const start = startOf(text);
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(start.getTime() + units.d - 1) : start;
}
