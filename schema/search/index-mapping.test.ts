import { expect, it } from 'vitest';
import { buildSchema } from '../build-schema.ts';
import { indexMapping } from './index-mapping.ts';

interface Properties {
  [name: string]: { type: string; properties?: Properties };
}

function leaves(properties: Properties, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, field]) =>
    field.properties === undefined ? [prefix + name] : leaves(field.properties, `${prefix}${name}.`),
  );
}

it('has every field of schema.yaml and the id, and no other', () => {
  const fields = leaves(indexMapping.properties as Properties);
  expect(fields.sort()).toEqual(['id', ...leaves(buildSchema.properties as Properties)].sort());
});
