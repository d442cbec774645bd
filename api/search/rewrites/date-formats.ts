import type { JsonObject } from '../../../schema/json/json-value.ts';
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
