import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** A candidate generator of a phrase suggester that looks into `_all` looks into the field of the suggester instead. */
export const allFieldSuggester: Rewrite = {
  reason:
    'The old UI has its suggestions generated from the field `_all`, which 6 still had, though empty, and which is an unknown field since 7.',
  suggester(_name, suggester) {
    const phrase = suggester.get('phrase');
    if (!(phrase instanceof Map)) return;
    const field = phrase.get('field');
    for (const generator of generatorsIn(phrase.get('direct_generator'))) {
      if (generator.get('field') === '_all' && field !== undefined) generator.set('field', field);
    }
  },
};

function generatorsIn(value: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item instanceof Map);
}
