import { milliseconds, type Timestamp } from './temporal-time.ts';

/** A local activity as the worker recorded it, with moments in milliseconds since 1970. */
export interface LocalActivity {
  readonly name: string;
  readonly attempts: number;
  readonly scheduledAt: number;
  /**
   * When it was over, by a clock of its own: it stands still but for the time that the last attempt of each local
   * activity takes, from the start of the workflow task on.
   */
  readonly completedAt: number;
}

interface Payload {
  readonly data?: Uint8Array | null;
}

interface MarkerData {
  readonly activity_type: string;
  readonly attempt?: number;
  readonly complete_time?: Timestamp;
  readonly original_schedule_time?: Timestamp;
}

const decoder = new TextDecoder();

/**
 * Reads a marker. What it holds is the business of Temporal's SDK Core (`LocalActivityMarkerData`), so one that does
 * not look as expected is undefined rather than an error.
 */
export function readLocalActivity(marker: {
  readonly markerName?: string | null;
  readonly details?: Readonly<Record<string, { readonly payloads?: readonly Payload[] | null }>> | null;
}): LocalActivity | undefined {
  if (marker.markerName !== 'core_local_activity') return undefined;
  const bytes = marker.details?.data?.payloads?.[0]?.data;
  if (!bytes) return undefined;
  const data = parse(decoder.decode(bytes));
  const scheduledAt = milliseconds(data?.original_schedule_time);
  const completedAt = milliseconds(data?.complete_time);
  if (typeof data?.activity_type !== 'string' || scheduledAt === undefined || completedAt === undefined) {
    return undefined;
  }
  return { name: data.activity_type, attempts: data.attempt ?? 1, scheduledAt, completedAt };
}

function parse(text: string): MarkerData | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as MarkerData) : undefined;
  } catch {
    return undefined;
  }
}
