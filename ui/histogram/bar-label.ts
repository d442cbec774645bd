/** A bar's time for people: `2026`, `2026-03`, `2026-03-02`, `2026-03-02 06:00`, in UTC, as fine as the bars are. */
export function barLabel(start: number, interval: string): string {
  const text = new Date(start).toISOString();
  const year = text.startsWith('+') || text.startsWith('-') ? 7 : 4;
  if (/year|decade|century|millennium/.test(interval)) return text.slice(0, year);
  if (/month|quarter/.test(interval)) return text.slice(0, year + 3);
  if (/hour/.test(interval)) return text.slice(0, year + 12).replace('T', ' ');
  return text.slice(0, year + 6);
}

/** Places of labels below the bars, as many as fit, evenly spread. */
export function labelledBars(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
}
