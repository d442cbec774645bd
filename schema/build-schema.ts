import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

const text = readFileSync(new URL('./schema.yaml', import.meta.url), 'utf8');

/** JSON Schema (draft 7) of a buildhub.json, from schema.yaml. */
export const buildSchema = load(text) as Readonly<Record<string, unknown>>;
