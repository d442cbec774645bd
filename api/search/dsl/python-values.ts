import { JsonNumber, type JsonValue } from '../../../schema/json/json-value.ts';
import { pythonRepr } from '../../../schema/json/python-repr.ts';
import { refuse } from '../search-refusal.ts';

/**
 * A value that stands where a name should, as Python puts it into a message: `None`, `True`, `5`, or the text itself.
 *
 * @param what is named, for the message about a list, on which the original failed
 */
export function pythonName(value: Exclude<JsonValue, Map<string, JsonValue>>, what: string): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean' || value instanceof JsonNumber) return pythonRepr(value);
  throw refuse(`${what} is an object, for example {"match_all": {}}, not a list: ${pythonRepr(value)}`);
}

/** Whether Python takes a value for false: nothing, zero, and what is empty. */
export function isFalsy(value: JsonValue): boolean {
  if (value === null || value === false || value === '') return true;
  if (value instanceof JsonNumber) return value.toNumber() === 0;
  if (Array.isArray(value)) return value.length === 0;
  return value instanceof Map && value.size === 0;
}
