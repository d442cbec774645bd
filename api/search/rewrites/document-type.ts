import type { JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

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
