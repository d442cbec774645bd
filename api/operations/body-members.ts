import { z } from 'zod';

/** A text that PostgreSQL and S3 can hold. */
export const text = z
  .string()
  .min(1, 'must not be empty')
  .max(2_000, 'must have 2000 characters at most')
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be Unicode without U+0000');

/** A rate, which may be less than one. */
export const perSecond = z
  .number('must be a number')
  .positive('must be above 0')
  .max(1_000_000, 'must be 1000000 at most');

/** Things that are done at the same time. */
export const concurrency = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(99, 'must be 99 at most');

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A moment: ISO 8601, or how long ago it was, as `90m`, `24h`, `7d`; becomes ISO 8601. */
export const sinceTime = z
  .string()
  .transform((value, context) => {
    const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(value) ?? [];
    const time = unit ? Date.now() - Number(count) * units[unit as keyof typeof units] : Date.parse(value);
    if (Number.isFinite(time)) return new Date(time).toISOString();
    context.addIssue('must be a date as 2026-01-31 or 2026-01-31T12:00:00Z, or 90m, 24h, 7d');
    return z.NEVER;
  })
  .describe('Tried last at this moment or later');

/** An address as `s3://BUCKET/KEY`. */
export const s3Address = z
  .string()
  .regex(/^s3:\/\/[^/]+\/.+$/, 'must be an address as s3://BUCKET/KEY')
  .transform((value) => {
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(value) ?? [];
    return { bucket, key };
  });
