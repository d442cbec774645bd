import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

const idFields = new Set(['_id', '_uid']);

/** Sorting by `_id` or making buckets of it uses the field `id`, which holds the same text. */
export const documentIdField: Rewrite = {
  reason:
    'Loading `_id` for all documents into memory is forbidden by default since 8, and `_uid` is gone since 7. The keyword `id` of a build is its `_id`.',
  hits(options) {
    const sort = options.get('sort');
    if (sort === undefined) return;
    options.set('sort', Array.isArray(sort) ? sort.map(renameSort) : renameSort(sort));
  },
  aggregation({ parameters }) {
    const field = parameters.get('field');
    if (typeof field === 'string' && idFields.has(field)) parameters.set('field', 'id');
  },
};

function renameSort(sort: JsonValue): JsonValue {
  if (typeof sort === 'string') return idFields.has(sort) ? 'id' : sort;
  if (!(sort instanceof Map)) return sort;
  return new Map([...sort].map(([field, options]) => [idFields.has(field) ? 'id' : field, options]));
}

const onlyType = 'doc';

/** A query by mapping type becomes one for everything or nothing; the type of `ids` is left out. */
export const documentType: Rewrite = {
  reason:
    'Mapping types are gone since 7. In 6 every build had the type `doc`, so a condition on the type is always true or always false.',
  query(place) {
    if (place.name === 'type') {
      const isDoc = place.parameters.get('value') === onlyType;
      place.replace(isDoc ? 'match_all' : 'match_none', new Map());
    } else if (place.name === 'ids') {
      const type = place.parameters.get('type') ?? place.parameters.get('_type');
      for (const key of ['type', 'types', '_type']) place.parameters.delete(key);
      if (type !== undefined && !includesDoc(type)) place.replace('match_none', new Map());
    }
  },
};

function includesDoc(type: JsonValue): boolean {
  return Array.isArray(type)
    ? type.length === 0 || type.includes(onlyType)
    : type === onlyType || type === null;
}

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
