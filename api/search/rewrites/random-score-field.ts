import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** A seeded `random_score` without a field takes `_seq_no`. */
export const randomScoreField: Rewrite = {
  reason:
    'With a seed alone, 6 took the field `_uid` for its random numbers; 9 takes `_id`, which it forbids to load. `_seq_no` is what its documentation advises.',
  query({ name, parameters }) {
    if (name !== 'function_score') return;
    addField(parameters);
    for (const scoring of listOf(parameters.get('functions'))) {
      if (scoring instanceof Map) addField(scoring);
    }
  },
};

function addField(scoring: JsonObject): void {
  const random = scoring.get('random_score');
  if (random instanceof Map && random.has('seed') && !random.has('field')) random.set('field', '_seq_no');
}

function listOf(value: JsonValue | undefined): (JsonValue | undefined)[] {
  return Array.isArray(value) ? value : [value];
}
