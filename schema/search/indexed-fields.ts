import { type FieldMapping, indexMapping } from './index-mapping.ts';

/** Lucene refuses a document with a longer term; only `ignore_above` would make Elasticsearch skip it instead. */
export const MAX_KEYWORD_BYTES = 32_766;

/** Paths of the fields that are stored as one term each, so that {@link MAX_KEYWORD_BYTES} binds them. */
export const keywordFields: readonly string[] = pathsOfType(indexMapping.properties, 'keyword');

/** Paths of the fields that Elasticsearch parses as dates. */
export const dateFields: readonly string[] = pathsOfType(indexMapping.properties, 'date');

/** Paths of the fields that Elasticsearch stores as signed 64-bit integers. */
export const longFields: readonly string[] = pathsOfType(indexMapping.properties, 'long');

function pathsOfType(
  properties: Record<string, FieldMapping>,
  type: FieldMapping['type'],
  prefix = '',
): string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    if (field.type === 'object') return pathsOfType(field.properties, type, `${prefix}${name}.`);
    return field.type === type ? [`${prefix}${name}`] : [];
  });
}
