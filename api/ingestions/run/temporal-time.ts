/** A moment as protobuf has it; the seconds are a number, a text or a Long. */
export interface Timestamp {
  readonly seconds?: { toString(): string } | null;
  readonly nanos?: number | null;
}

/** Milliseconds since 1970, with their fraction; undefined for a moment that is not set. */
export function milliseconds(time: Timestamp | null | undefined): number | undefined {
  if (time?.seconds === undefined || time.seconds === null) return undefined;
  return Number(time.seconds.toString()) * 1_000 + (time.nanos ?? 0) / 1e6;
}

/** ISO 8601, or null for no moment. */
export function isoTime(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** Milliseconds between two moments, to a tenth. Clocks of two machines may disagree: then it is 0. */
export function duration(from: number | undefined, to: number | undefined): number | null {
  if (from === undefined || to === undefined) return null;
  return Math.max(0, Math.round((to - from) * 10) / 10);
}
