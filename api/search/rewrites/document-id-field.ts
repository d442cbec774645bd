import type { JsonValue } from '../../../schema/json/json-value.ts';
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
