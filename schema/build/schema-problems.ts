import { Ajv, type ErrorObject } from 'ajv';
import { JsonNumber, type JsonValue, memberAt, toPlain } from '../json/json-value.ts';
import { pythonRepr } from '../json/python-repr.ts';
import { shorten } from '../shorten.ts';
import { buildSchema } from './build-schema.ts';
import { type Problem, problem, ROOT_PATH } from './invalid-build-error.ts';

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  // Never enforced by Buildhub2 either: what counts is whether the date can be searched (storage-problems.ts).
  formats: { 'date-time': true },
});
const validate = ajv.compile(buildSchema);

/**
 * What in a document breaks schema.yaml, in the words of Python's jsonschema 3.2, which clients and tests of Buildhub2
 * know. Numbers count as in Python: a float without fraction (`1.0`, `1e3`) is an integer, a boolean is none.
 */
export function findSchemaProblems(value: JsonValue): Problem[] {
  if (validate(toPlain(value))) return [];
  return groupExtraProperties(validate.errors ?? []).flatMap((error) => {
    const keys = error.instancePath.split('/').slice(1).map(unescapePointer);
    const culprit = memberAt(value, ...keys);
    // A double cannot hold it, so ajv saw Infinity; that it is too large is what storage-problems.ts says.
    if (error.keyword === 'type' && error.params.type === 'integer' && isIntegerToken(culprit)) return [];
    return [problem(keys.join('.') || ROOT_PATH, error.keyword, complaint(error, culprit ?? null))];
  });
}

interface SchemaError extends Pick<ErrorObject, 'instancePath' | 'keyword' | 'params' | 'message'> {
  /** Names of all unexpected members of one object. */
  extras?: string[];
}

function complaint(error: SchemaError, culprit: JsonValue): string {
  const shown = shorten(pythonRepr(culprit));
  switch (error.keyword) {
    case 'required':
      return `${pythonRepr(String(error.params.missingProperty))} is a required property`;
    case 'type':
      return `${shown} is not of type ${pythonRepr(String(error.params.type))}`;
    case 'enum':
      return `${shown} is not one of ${pythonRepr((error.params.allowedValues as unknown[]).map(String))}`;
    case 'additionalProperties': {
      const extras = error.extras ?? [];
      const names = shorten(extras.map(pythonRepr).join(', '));
      return `Additional properties are not allowed (${names} ${extras.length === 1 ? 'was' : 'were'} unexpected)`;
    }
    default:
      return `${shown} ${error.message ?? `breaks the rule ${error.keyword}`}`;
  }
}

/** ajv reports each unexpected member by itself, jsonschema all those of one object at once. */
function groupExtraProperties(errors: ErrorObject[]): SchemaError[] {
  const grouped: SchemaError[] = [];
  const extrasByPath = new Map<string, string[]>();
  for (const error of errors) {
    if (error.keyword !== 'additionalProperties') {
      grouped.push(error);
      continue;
    }
    const name = String(error.params.additionalProperty);
    const known = extrasByPath.get(error.instancePath);
    if (known === undefined) {
      const extras = [name];
      extrasByPath.set(error.instancePath, extras);
      grouped.push({ ...error, extras });
    } else {
      known.push(name);
    }
  }
  return grouped;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isIntegerToken(value: JsonValue | undefined): boolean {
  return value instanceof JsonNumber && value.isIntegerToken;
}
