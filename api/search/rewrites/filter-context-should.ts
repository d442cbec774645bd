import { JsonNumber, type JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** Where a `bool` only filters, at least one of its `should` must match unless it says otherwise. */
export const filterContextShould: Rewrite = {
  reason:
    'In 6 a `bool` with `must` or `filter` beside `should` needed one of the `should` to match when it stood where queries only filter. Since 7 it needs none, so the same search would find more.',
  query({ name, parameters, inFilter }) {
    if (name !== 'bool' || !inFilter) return;
    if (parameters.has('minimum_should_match') || isEmpty(parameters.get('should'))) return;
    parameters.set('minimum_should_match', new JsonNumber('1'));
  },
};

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
