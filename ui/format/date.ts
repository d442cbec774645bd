/** A published date to the minute in UTC, `2019-06-03 20:49`; as it is where it cannot be read. */
export function formatDate(published: string): string {
  const date = new Date(published);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) return published;
  return date.toISOString().slice(0, 16).replace('T', ' ');
}

/** How long ago, roughly: `3 hours ago`; undefined where the date cannot be read. */
export function formatAge(published: string, now = Date.now()): string | undefined {
  const seconds = (Date.parse(published) - now) / 1000;
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
