import { hash } from 'node:crypto';
import { canonicalJson } from '../json/canonical-json.ts';
import type { JsonValue } from '../json/json-value.ts';

/**
 * The identity of a build's content, equal to Buildhub2's for every JSON document: `v1:` and the MD5 of its canonical
 * JSON. It depends neither on white space nor on the order of keys, nor on where the file was found.
 */
export function buildHash(build: JsonValue): string {
  return `v1:${hash('md5', canonicalJson(build))}`;
}
