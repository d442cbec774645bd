import { JsonNumber, type JsonValue } from '../../../schema/json/json-value.ts';

/** A number as Elasticsearch would read it, from a number or a text; undefined for anything else. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (value instanceof JsonNumber) return value.toNumber();
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}
