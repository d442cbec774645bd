import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';

const milliseconds: Readonly<Record<string, number>> = {
  nanos: 1e-6,
  micros: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Gives every search a time limit: after it Elasticsearch answers with what it has and `timed_out: true`. A client may
 * ask for a shorter one. A value that is no time is left for Elasticsearch to refuse.
 */
export function timeLimit(limit: number): SearchVisitor {
  return {
    search(body) {
      const asked = body.get('timeout');
      if (asked === undefined || asked === null) {
        body.set('timeout', `${limit}ms`);
        return;
      }
      if (durationOf(asked) !== undefined && !hasOwnTimeLimit(body, limit)) body.set('timeout', `${limit}ms`);
    },
  };
}

/**
 * Whether a search, as its client sent it, has a time limit that is kept. Its client has to reckon with an answer that
 * holds only what was found until then.
 */
export function hasOwnTimeLimit(body: JsonObject, limit: number): boolean {
  const duration = durationOf(body.get('timeout'));
  return duration !== undefined && duration > 0 && duration <= limit;
}

function durationOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^(-?\d+)(nanos|micros|ms|s|m|h|d)$/.exec(value.trim().toLowerCase());
  if (match) return Number(match[1]) * (milliseconds[match[2] ?? ''] ?? 0);
  return value.trim() === '-1' || value.trim() === '0' ? 0 : undefined;
}
