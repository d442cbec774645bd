import type { JsonValue } from '../../../schema/json/json-value.ts';
import type { QueryPlace } from '../walk/places.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';

/** Members of a query by field that are not fields. */
const options: ReadonlySet<string> = new Set(['boost', '_name']);

/**
 * Queries on `_type` and `_index`, which are the same for every build, become one for everything or nothing; the ones
 * on `_uid` look into `_id`. Types are gone since 7, and the index has another name behind its alias.
 *
 * @param index the name of the build index as clients know it
 */
export function metadataFields(index: string): SearchVisitor {
  const constants: ReadonlyMap<string, string> = new Map([
    ['_type', 'doc'],
    ['_index', index],
  ]);
  return {
    query(place) {
      const field = fieldOf(place);
      if (field === undefined) return;
      const constant = constants.get(field);
      if (constant !== undefined) {
        const matching = isMatch(place, field, constant);
        if (matching !== undefined) place.replace(matching ? 'match_all' : 'match_none', new Map());
      } else if (field === '_uid' && ['term', 'terms', 'match'].includes(place.name)) {
        const ids = valuesOf(place, field).flatMap((value) =>
          typeof value === 'string' && value.startsWith('doc#') ? [value.slice('doc#'.length)] : [],
        );
        place.replace('terms', new Map([['_id', ids]]));
      }
    },
  };
}

function fieldOf({ name, parameters }: QueryPlace): string | undefined {
  if (name === 'exists') {
    const field = parameters.get('field');
    return typeof field === 'string' ? field : undefined;
  }
  const fields = [...parameters.keys()].filter((key) => !options.has(key));
  return fields.length === 1 ? fields[0] : undefined;
}

/** Whether a query finds the one value that all builds have; undefined for a query that is none of those by field. */
function isMatch(place: QueryPlace, field: string, constant: string): boolean | undefined {
  const texts = valuesOf(place, field).filter((value) => typeof value === 'string');
  switch (place.name) {
    case 'exists':
      return true;
    case 'term':
    case 'terms':
    case 'match':
    case 'match_phrase':
      return texts.includes(constant);
    case 'prefix':
      return texts.some((text) => constant.startsWith(text));
    case 'wildcard':
      // Patterns were not matched with a type.
      return field !== '_type' && texts.some((text) => wildcard(text).test(constant));
    case 'regexp':
      return false;
    default:
      return undefined;
  }
}

function valuesOf({ parameters }: QueryPlace, field: string): JsonValue[] {
  const value = parameters.get(field) ?? null;
  const inner =
    value instanceof Map ? (value.get('value') ?? value.get('query') ?? value.get('term') ?? null) : value;
  return Array.isArray(inner) ? inner : [inner];
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
