import { JsonNumber, type JsonObject } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

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
