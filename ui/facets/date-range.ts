/** A range of time in milliseconds since 1970, both ends included; an end that is left out is open. */
export interface DateRange {
  readonly from?: number;
  readonly to?: number;
}

const day = 86_400_000;
const latest = 8.64e15;

/**
 * A range as it stands in the address: `2026-01-01..2026-01-31` for whole days of UTC, both included, and
 * `2026-01-01T06:00Z..2026-01-01T09:00Z` for times, the second not included. Either end may be left out.
 */
export function formatRange({ from, to }: DateRange): string {
  return `${from === undefined ? '' : formatStart(from)}..${to === undefined ? '' : formatEnd(to)}`;
}

/** Reads what {@link formatRange} writes; undefined for anything else, and for a range without ends. */
export function parseRange(text: string): DateRange | undefined {
  const [start = '', end = '', ...more] = text.split('..');
  const from = start === '' ? undefined : parseTime(start);
  const last = end === '' ? undefined : parseTime(end);
  const isBroken = [from, last].some(Number.isNaN) || more.length > 0 || !text.includes('..');
  if (isBroken || (from === undefined && last === undefined)) return undefined;
  const to = last === undefined ? undefined : last + (isWholeDay(end) ? day : 0) - 1;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** The same for people: `2026-01-01 to 2026-01-31`, `since …`, `until …`, in UTC. */
export function describeRange(range: DateRange): string {
  const [start, end] = formatRange(range).replaceAll('T', ' ').replaceAll('Z', ' UTC').split('..');
  if (!start) return `until ${end}`;
  if (!end) return `since ${start}`;
  return start === end ? start : `${start} to ${end}`;
}

/** The range as InstantSearch keeps it: `from:to`. */
export function toRefinement({ from, to }: DateRange): string {
  return `${from ?? ''}:${to ?? ''}`;
}

/** Reads what {@link toRefinement} writes. */
export function fromRefinement(text: string | undefined): DateRange {
  const [from = '', to = ''] = (text ?? '').split(':');
  return { ...(from !== '' && { from: Number(from) }), ...(to !== '' && { to: Number(to) }) };
}

/** `2026-01-31` of a time, in UTC, for a field of a form. */
export function toDay(time: number | undefined): string {
  return time === undefined || Math.abs(time) > latest ? '' : new Date(time).toISOString().slice(0, 10);
}

function formatStart(time: number): string {
  return time % day === 0 ? toDay(time) : toMinute(time);
}

/** The last millisecond of a day is the day; any other end is shown as the millisecond after it. */
function formatEnd(time: number): string {
  return (time + 1) % day === 0 ? toDay(time) : toMinute(time + 1);
}

function toMinute(time: number): string {
  const text = new Date(time).toISOString();
  return text.replace(/:00\.000Z$/, 'Z');
}

function isWholeDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function parseTime(text: string): number {
  const isKnown = isWholeDay(text) || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text);
  return isKnown ? Date.parse(text) : Number.NaN;
}
