import { type DateField, dateFields } from './searchable-fields.ts';

/** A bound of a date, in milliseconds since 1970. */
export interface RangeFilter {
  readonly field: DateField;
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly value: number;
}

const most = 40;
const form = /^(build\.date|download\.date)\s*(<=|>=|<|>|=)\s*(-?\d{1,16})$/;

/**
 * `numericFilters` of InstantSearch: `["download.date>=1559000000000", "download.date<=1560000000000"]`.
 *
 * @throws {TypeError} for any other form
 */
export function readRangeFilters(filters: unknown): RangeFilter[] {
  if (filters === undefined || filters === null) return [];
  const list = typeof filters === 'string' ? [filters] : filters;
  if (!Array.isArray(list)) throw new TypeError(wrongForm(filters));
  if (list.length > most) throw new TypeError(`numericFilters holds more than ${most} conditions`);
  return list.map((filter: unknown) => {
    const match = typeof filter === 'string' ? form.exec(filter) : null;
    const [, field, operator, value] = match ?? [];
    if (!field) throw new TypeError(wrongForm(filter));
    return {
      field: field as DateField,
      operator: operator as RangeFilter['operator'],
      value: Number(value),
    };
  });
}

function wrongForm(filter: unknown): string {
  const shown = JSON.stringify(filter)?.slice(0, 100) ?? String(filter);
  return `numericFilters must be a list of conditions such as "download.date>=1559000000000" on ${dateFields.join(' or ')}, not ${shown}`;
}
