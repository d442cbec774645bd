import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** A field of Elasticsearch's own, which builds have no values in, as they had none in `_all`. */
const emptyField = '_routing';

/** A suggester, or a generator of candidates, that looks into `_all` looks into another field without values. */
export const allFieldSuggester: Rewrite = {
  reason:
    'The old UI has its suggestions generated from the field `_all`, which 6 still had, though empty, so that none were found; since 7 it is an unknown field.',
  suggester(_name, suggester) {
    for (const options of suggester.values()) {
      if (!(options instanceof Map)) continue;
      replaceField(options);
      for (const generator of generatorsIn(options.get('direct_generator'))) replaceField(generator);
    }
  },
};

function replaceField(options: JsonObject): void {
  if (options.get('field') === '_all') options.set('field', emptyField);
}

function generatorsIn(value: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item instanceof Map);
}
