import { z } from 'zod';

/** A JSON Schema (2020-12, the dialect of OpenAPI 3.1). */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * Zod schemas as JSON Schemas. Those with an id become components, which the others refer to.
 */
export class SchemaWriter {
  readonly components: Record<string, JsonSchema> = {};

  /** @param io `input` for what clients send, `output` for what they get */
  write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    // A schema at the root would be written out even where it has an id.
    const wrapped = z.toJSONSchema(z.object({ root: schema }), {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => simplify(jsonSchema),
    });
    const { properties = {}, $defs = {} } = JSON.parse(
      JSON.stringify(wrapped).replaceAll('"#/$defs/', '"#/components/schemas/'),
    ) as { properties?: Record<string, JsonSchema>; $defs?: Record<string, JsonSchema> };
    for (const [name, { id: _, ...definition }] of Object.entries($defs)) {
      this.components[name] = definition;
    }
    return properties.root ?? {};
  }
}

/** Takes out what zod adds and nobody needs: patterns of formats, the limits of JavaScript's integers. */
function simplify(schema: Record<string, unknown>): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (isPlainText(schema.propertyNames)) delete schema.propertyNames;
}

function isPlainText(schema: unknown): boolean {
  return JSON.stringify(schema) === '{"type":"string"}';
}
