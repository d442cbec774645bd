import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

const distances: ReadonlyMap<string, string> = new Map([
  ['levenstein', 'levenshtein'],
  ['jarowinkler', 'jaro_winkler'],
  ['dameraulevenshtein', 'damerau_levenshtein'],
]);

/** The older of two names that an option had, or an option without an effect, in what says how hits are shown. */
export const oldNames: Rewrite = {
  reason:
    'Elasticsearch 6 still took `levenstein` and `jarowinkler` as distances of suggestions, and `force_source` of a highlight for fields that were highlighted from their source anyway.',
  hits(options) {
    const highlight = options.get('highlight');
    if (!(highlight instanceof Map)) return;
    highlight.delete('force_source');
    for (const fields of objectsIn(highlight.get('fields'))) {
      for (const field of fields.values()) if (field instanceof Map) field.delete('force_source');
    }
  },
  suggester(_name, suggester) {
    for (const options of suggester.values()) {
      if (!(options instanceof Map)) continue;
      renameDistance(options);
      for (const generator of objectsIn(options.get('direct_generator'))) renameDistance(generator);
    }
  },
};

function renameDistance(options: JsonObject): void {
  const distance = options.get('string_distance');
  const renamed = typeof distance === 'string' ? distances.get(distance.toLowerCase()) : undefined;
  if (renamed !== undefined) options.set('string_distance', renamed);
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item instanceof Map);
}

/** `field_masking_span` becomes `span_field_masking`. */
export const spanFieldMasking: Rewrite = {
  reason: '`field_masking_span` was renamed like the other span queries; the old name is deprecated.',
  query(place) {
    if (place.name === 'field_masking_span') place.replace('span_field_masking', place.parameters);
  },
};
