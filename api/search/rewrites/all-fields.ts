import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** `{"all_fields": true}` becomes a search in every field. */
export const allFields: Rewrite = {
  reason:
    '`all_fields` of the query string queries was replaced in 6 by `*` as the field, and is refused since 7.',
  query({ name, parameters }) {
    if (name !== 'query_string' && name !== 'simple_query_string') return;
    const all = parameters.get('all_fields') ?? parameters.get('use_all_fields');
    parameters.delete('all_fields');
    parameters.delete('use_all_fields');
    if (all !== true && all !== 'true') return;
    if (name === 'query_string') parameters.set('default_field', '*');
    else parameters.set('fields', ['*']);
  },
};

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
