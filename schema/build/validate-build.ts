import type { JsonValue } from '../json/json-value.ts';
import type { Problem } from './invalid-build-error.ts';
import { findSchemaProblems } from './schema-problems.ts';
import { findStorageProblems } from './storage-problems.ts';

/**
 * Everything that keeps a build from being taken in, as an empty list where there is nothing: what breaks schema.yaml,
 * then what fits it but PostgreSQL or Elasticsearch could not store.
 */
export function validateBuild(value: JsonValue): Problem[] {
  return [...findSchemaProblems(value), ...findStorageProblems(value)];
}
