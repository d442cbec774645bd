import type { JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

/** Documents that `more_like_this` compares with lose their type. */
export const moreLikeThisDocuments: Rewrite = {
  reason: 'Mapping types are gone since 7, and naming one is an error.',
  query({ name, parameters }) {
    if (name !== 'more_like_this') return;
    for (const key of ['like', 'unlike', 'docs']) {
      const value = parameters.get(key);
      for (const document of listOf(value)) {
        if (document instanceof Map) for (const type of ['_type', 'type']) document.delete(type);
      }
    }
  },
};

function listOf(value: JsonValue | undefined): (JsonValue | undefined)[] {
  return Array.isArray(value) ? value : [value];
}
