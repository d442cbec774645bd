import { InvalidArgumentError } from 'commander';

/** Reads a rate: objects per second, which may be less than one. */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate <= 1_000_000)) throw new InvalidArgumentError('It must be a number above 0.');
  return rate;
}

/** Reads a limit: a rate, or `none`, which is null. */
export function parseLimit(text: string): number | null {
  if (text === 'none') return null;
  try {
    return parseRate(text);
  } catch {
    throw new InvalidArgumentError('It must be a number above 0, or "none".');
  }
}

/** Reads a count of things to do at the same time. */
export function parseConcurrency(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
  return Number(text);
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a moment: a date and time in ISO 8601, or how long ago it was, as in `90m`, `24h` or `7d`.
 *
 * @returns ISO 8601
 */
export function parseSince(text: string): string {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = unit ? Date.now() - Number(count) * units[unit as keyof typeof units] : Date.parse(text);
  if (!Number.isFinite(time))
    throw new InvalidArgumentError(
      'It must be a date as 2026-01-31 or 2026-01-31T12:00:00Z, or 90m, 24h, 7d.',
    );
  return new Date(time).toISOString();
}

/** Reads `s3://BUCKET/KEY`. */
export function parseS3Address(text: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(text) ?? [];
  if (!bucket || !key) throw new InvalidArgumentError('It must be an address as s3://BUCKET/KEY.');
  return { bucket, key };
}

/**
 * Reads a count from the command line.
 *
 * @throws {InvalidArgumentError} which commander shows together with the option
 */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0 on.');
  return Number(text);
}
