import { JsonNumber, type JsonObject, type JsonValue } from '../../../schema/json/json-value.ts';
import { dateFields } from '../../../schema/search/indexed-fields.ts';
import { javaTimeFormat } from './joda-format.ts';
import type { Rewrite } from './rewrite.ts';

/** Time zones that were once abbreviated and of which the tables of zones have only the offsets left. */
const zones: ReadonlyMap<string, string> = new Map([
  ['EST', '-05:00'],
  ['MST', '-07:00'],
  ['HST', '-10:00'],
]);

/** `YYYY-MM-dd` becomes `yyyy-MM-dd`, `dateOptionalTime` becomes `date_optional_time`, `EST` becomes `-05:00`. */
export const dateFormats: Rewrite = {
  reason:
    'Dates were read and written by Joda-Time in 6 and are by java.time since 8: some letters mean something else (`YYYY` is the year of the week, wrong around New Year), and names in camel case are gone.',
  query({ name, parameters }) {
    if (name !== 'range') return;
    for (const bounds of parameters.values()) if (bounds instanceof Map) rewrite(bounds, 'read');
  },
  aggregation({ parameters }) {
    rewrite(parameters, 'write');
  },
  hits(options) {
    const fields = options.get('docvalue_fields');
    if (!Array.isArray(fields)) return;
    for (const field of fields) if (field instanceof Map) rewrite(field, 'write');
  },
};

function rewrite(options: JsonObject, use: 'read' | 'write'): void {
  const format = options.get('format');
  if (typeof format === 'string') options.set('format', javaTimeFormat(format, use));
  const zone = zones.get(String(options.get('time_zone')));
  if (zone !== undefined) options.set('time_zone', zone);
}

const dates: ReadonlySet<string> = new Set(dateFields);

const byField: ReadonlySet<string> = new Set(['range', 'term', 'terms', 'match', 'match_phrase']);

/** `1541154086000.5` as a date becomes `1541154086000`. */
export const dateNumbers: Rewrite = {
  reason:
    'Programs make milliseconds of `time.time() * 1000`, which has a fraction. Elasticsearch 6 left it out; since 7 it writes such a number with an exponent to itself, and cannot read that.',
  query({ name, parameters }) {
    if (!byField.has(name)) return;
    for (const [field, value] of parameters) {
      if (!dates.has(field)) continue;
      if (value instanceof Map) truncateMembers(value);
      else parameters.set(field, Array.isArray(value) ? value.map(truncated) : truncated(value));
    }
  },
};

function truncateMembers(options: JsonObject): void {
  for (const [name, value] of options) {
    if (name !== 'boost') options.set(name, truncated(value));
  }
}

function truncated(value: JsonValue): JsonValue {
  if (!(value instanceof JsonNumber) || value.isIntegerToken) return value;
  const number = Math.trunc(value.toNumber());
  return Number.isSafeInteger(number) ? new JsonNumber(String(number)) : value;
}

const calendarIntervals = new Set([
  ...['year', '1y', 'quarter', '1q', 'month', '1M', 'week', '1w', 'day', '1d'],
  ...['hour', '1h', 'minute', '1m', 'second', '1s'],
]);

/** `{"interval": "month"}` becomes `{"calendar_interval": "month"}`, `{"interval": "90m"}` a `fixed_interval`. */
export const dateHistogramInterval: Rewrite = {
  reason:
    'The `interval` of a date histogram was split in 7.2 and is refused since 8: units of the calendar and fixed lengths of time have a parameter each.',
  aggregation({ type, parameters }) {
    if (type === 'date_histogram') split(parameters);
  },
};

function split(parameters: JsonObject): void {
  const interval = parameters.get('interval');
  if (typeof interval === 'string') {
    parameters.delete('interval');
    parameters.set(calendarIntervals.has(interval) ? 'calendar_interval' : 'fixed_interval', interval);
  } else if (interval instanceof JsonNumber) {
    parameters.delete('interval');
    // A bare number was milliseconds.
    parameters.set('fixed_interval', `${interval.token}ms`);
  }
}
