import type { JsonSchema } from '../json-schema.ts';
import { Html, html, inline } from './html.ts';

const component = '#/components/schemas/';

/** A schema in a few words, with links to the components that it refers to: `list of Run or null`. */
export function schemaType(schema: JsonSchema): Html {
  const { $ref, anyOf, type, items, enum: values, format, const: constant } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.slice(component.length);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(values))
    return join(
      values.map((value) => html`<code>${String(value)}</code>`),
      ', ',
    );
  if (constant !== undefined) return html`<code>${String(constant)}</code>`;
  if (Array.isArray(anyOf))
    return join(
      anyOf.map((one) => schemaType(one as JsonSchema)),
      ' or ',
    );
  if (Array.isArray(type))
    return join(
      type.map((one) => html`${String(one)}`),
      ' or ',
    );
  if (type === 'array') return html`list of ${schemaType((items ?? {}) as JsonSchema)}`;
  if (type === 'object' && isMap(schema)) {
    return html`object of ${schemaType(schema.additionalProperties as JsonSchema)}`;
  }
  if (typeof format === 'string') return html`${format}`;
  return html`${typeof type === 'string' ? type : 'any'}`;
}

/** The members of an object, one below the other, those of objects in it too. */
export function schemaMembers(schema: JsonSchema): Html {
  const rows = membersOf(schema).map(
    ([path, member, isRequired]) => html`<tr>
<td><code>${path}</code>${!isRequired && html` <span class="soft">optional</span>`}</td>
<td>${schemaType(member)}</td>
<td>${typeof member.description === 'string' && inline(member.description)}</td>
</tr>`,
  );
  if (rows.length === 0) return html`<p>${schemaType(schema)}</p>`;
  return html`<div class="wide"><table><thead><tr><th>Member</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function membersOf(schema: JsonSchema, prefix = ''): [string, JsonSchema, boolean][] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const required = (schema.required ?? []) as readonly string[];
  return properties.flatMap(([name, member]): [string, JsonSchema, boolean][] => {
    const path = prefix + name;
    const inner = innerObject(member);
    return [
      [path, member, required.includes(name)],
      ...(inner ? membersOf(inner.schema, `${path}${inner.suffix}.`) : []),
    ];
  });
}

/** An object that stands in the schema itself and not among the components. */
function innerObject(schema: JsonSchema): { schema: JsonSchema; suffix: string } | undefined {
  if (schema.properties) return { schema, suffix: '' };
  if (schema.type === 'array') {
    const inner = innerObject((schema.items ?? {}) as JsonSchema);
    return inner && { schema: inner.schema, suffix: `[]${inner.suffix}` };
  }
  const [only] = ((schema.anyOf ?? []) as JsonSchema[]).filter(({ properties }) => properties);
  return only && { schema: only, suffix: '' };
}

function isMap({ additionalProperties }: JsonSchema): boolean {
  return typeof additionalProperties === 'object' && additionalProperties !== null;
}

function join(parts: readonly Html[], separator: string): Html {
  return new Html(parts.map(({ text }) => text).join(separator));
}
