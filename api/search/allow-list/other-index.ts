import type { JsonValue } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';

/** Members of `terms` that are not fields. */
const termsOptions = new Set(['boost', '_name']);

/**
 * Ways to name an index inside a search. The build index itself may be named, as clients of Elasticsearch 6 did, and
 * the name is taken out where Elasticsearch 9 does not need it.
 *
 * @param index the name of the build index as clients know it
 */
export function otherIndex(index: string): SearchVisitor {
  return {
    search(body) {
      const boosted = body.get('indices_boost');
      // The older form is an object.
      if (boosted instanceof Map)
        body.set(
          'indices_boost',
          [...boosted].map((entry) => new Map([entry])),
        );
      for (const name of boostedIndices(boosted)) {
        if (name === index || (name.endsWith('*') && index.startsWith(name.slice(0, -1)))) continue;
        throw refuse(`no such index [${name}]`);
      }
    },
    query({ name, parameters }) {
      if (name === 'terms') {
        for (const [field, value] of parameters) {
          if (value instanceof Map && !termsOptions.has(field)) {
            throw refuse(
              `A terms lookup is not allowed: give \`${field}\` a list of values, for example {"terms": {"${field}": ["..."]}}`,
              'not_allowed',
            );
          }
        }
      }
      if (name === 'more_like_this') {
        for (const key of ['like', 'unlike', 'docs']) {
          for (const document of listOf(parameters.get(key))) {
            if (!(document instanceof Map)) continue;
            const named = document.get('_index') ?? document.get('index');
            if (named !== undefined && named !== index) {
              throw refuse(
                'Only the build index can be searched: take `_index` out of `more_like_this`',
                'not_allowed',
              );
            }
            document.delete('_index');
            document.delete('index');
          }
        }
      }
    },
  };
}

function boostedIndices(value: JsonValue | undefined): string[] {
  return listOf(value).flatMap((item) => (item instanceof Map ? [...item.keys()] : []));
}

function listOf(value: JsonValue | undefined): (JsonValue | undefined)[] {
  return Array.isArray(value) ? value : [value];
}
