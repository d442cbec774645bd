import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

const location = new URL('./schema.yaml', import.meta.url);

/** JSON Schema (draft 7) of a buildhub.json, from schema.yaml. */
export const buildSchema: Readonly<Record<string, unknown>> = readSchema();

function readSchema(): Record<string, unknown> {
  const schema = load(readFileSync(location, 'utf8'));
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new TypeError('schema.yaml must hold one JSON Schema, which is a mapping');
  }
  return { ...schema };
}
