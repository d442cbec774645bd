const WITHOUT_ZONE = /T[\d:.,]+$/;

/**
 * A published date in milliseconds since 1970; NaN if it cannot be read. A date without a zone is in UTC, as it is for
 * the index; the browser would take its own zone.
 */
export function readDate(published: string): number {
  return Date.parse(WITHOUT_ZONE.test(published) ? `${published}Z` : published);
}

/** The time format of every page: `2019-06-03 20:49 UTC`. A date that cannot be read is returned as it is. */
export function formatDate(published: string): string {
  const date = new Date(readDate(published));
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) return published;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How long ago, roughly: `3 hours ago`; undefined if the date cannot be read. */
export function formatAge(published: string, now = Date.now()): string | undefined {
  const seconds = (readDate(published) - now) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.trunc(seconds / length), unit);
}
