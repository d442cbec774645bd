import type { JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

const renamed: ReadonlyMap<string, string> = new Map(Object.entries({ _term: '_key', _time: '_key' }));

/** `{"order": {"_term": "desc"}}` becomes `{"order": {"_key": "desc"}}`. */
export const termOrder: Rewrite = {
  reason:
    'Ordering buckets by `_term` and `_time` was deprecated in 6 and is refused since 7; it is `_key`. libmozdata and the old UI send it.',
  aggregation({ parameters }) {
    const order = parameters.get('order');
    if (order === undefined) return;
    parameters.set('order', Array.isArray(order) ? order.map(rename) : rename(order));
  },
};

function rename(order: JsonValue): JsonValue {
  if (!(order instanceof Map)) return order;
  return new Map([...order].map(([key, direction]) => [renamed.get(key) ?? key, direction]));
}
