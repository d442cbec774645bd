import { JsonNumber, type JsonValue } from '../../../schema/json/json-value.ts';

/** Whether Python takes a value for false: nothing, zero, and what is empty. */
export function isFalsy(value: JsonValue): boolean {
  if (value === null || value === false || value === '') return true;
  if (value instanceof JsonNumber) return value.toNumber() === 0;
  if (Array.isArray(value)) return value.length === 0;
  return value instanceof Map && value.size === 0;
}
