import type { JsonObject } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** `{"from": 1, "to": 2, "include_upper": false}` becomes `{"gte": 1, "lt": 2}`. */
export const rangeBounds: Rewrite = {
  reason:
    'Besides `gt`, `gte`, `lt` and `lte`, 6 knew the bounds of a range as `from` and `to` with `include_lower` and `include_upper`; 9 does not.',
  query({ name, parameters }) {
    if (name !== 'range') return;
    for (const bounds of parameters.values()) {
      if (!(bounds instanceof Map)) continue;
      rename(bounds, 'from', 'include_lower', 'gt', 'gte');
      rename(bounds, 'to', 'include_upper', 'lt', 'lte');
    }
  },
};

function rename(
  bounds: JsonObject,
  bound: string,
  include: string,
  exclusive: string,
  inclusive: string,
): void {
  const value = bounds.get(bound);
  const included = bounds.get(include);
  bounds.delete(bound);
  bounds.delete(include);
  const isIncluded = included !== false && included !== 'false';
  if (value !== undefined) {
    bounds.set(isIncluded ? inclusive : exclusive, value);
  } else if (!isIncluded && bounds.has(inclusive)) {
    bounds.set(exclusive, bounds.get(inclusive) ?? null);
    bounds.delete(inclusive);
  }
}
