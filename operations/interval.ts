const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a text must look like to be read by `parseInterval`, for people. */
export const intervalForm = 'It must be a time as 30m, 6h or 1d.';

/** Reads how often something happens, as `30m`, `6h` or `1d`; in milliseconds, undefined where it says nothing. */
export function parseInterval(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * units[unit as keyof typeof units];
}

/** Milliseconds in the largest unit that needs no fraction: `6h`, `90m`, `1d`; of less than a minute, `10s`. */
export function formatInterval(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const)
    if (milliseconds > 0 && milliseconds % units[unit] === 0) return `${milliseconds / units[unit]}${unit}`;
  return `${milliseconds / 1_000}s`;
}
