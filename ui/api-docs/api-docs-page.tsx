import { Fragment, type ReactNode } from 'react';
import { getJson } from '../api/ask-api.ts';
import { LoadedSection, useLoaded } from '../build-page/loaded-section.tsx';
import { PageFrame, ScrollToHash } from '../page/page-frame.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import './api-docs.css';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

type Content = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly 'x-example'?: string;
}

interface OpenApiDocument {
  readonly info: { readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The reference of the API, from `/api/openapi.json`. */
export function ApiDocsPage() {
  const loaded = useLoaded('document', async () => (await getJson('/api/openapi.json')) as OpenApiDocument);
  return (
    <PageFrame title="API" skip={['Skip to the operations', 'operations']}>
      <main className="page api-docs">
        <h1>API</h1>
        <LoadedSection title="Reference" loaded={loaded}>
          {(document) => <Reference document={document} />}
        </LoadedSection>
      </main>
    </PageFrame>
  );
}

function Reference({ document: { info, tags, paths, components } }: { document: OpenApiDocument }) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const groups = tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  return (
    <>
      <ScrollToHash />
      <Markdown text={info.description} />
      <p>
        <a href="/api/openapi.json">OpenAPI document</a>
      </p>
      <nav id="operations" aria-label="Operations" tabIndex={-1}>
        {groups.map(({ name, description, operations }) => (
          <Fragment key={name}>
            <h2>{name}</h2>
            <p className="soft">{description}</p>
            <ul>
              {operations.map(({ name, operation: { operationId, summary } }) => (
                <li key={operationId}>
                  <a href={`#${operationId}`}>
                    <code>{name}</code>
                  </a>{' '}
                  {summary}
                </li>
              ))}
            </ul>
          </Fragment>
        ))}
      </nav>
      {operations.map((one) => (
        <OperationSection key={one.operation.operationId} {...one} />
      ))}
      <h2>Schemas</h2>
      {Object.entries(components.schemas).map(([name, schema]) => (
        <section key={name} id={`schema-${name}`} className="section" aria-label={name}>
          <h3>{name}</h3>
          <SchemaTable schema={schema} />
        </section>
      ))}
    </>
  );
}

function OperationSection({ name, operation }: { name: string; operation: Operation }) {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content['application/json'];
  const example = operation['x-example'];
  return (
    <section id={operationId} className="section" aria-label={name}>
      <h3>
        <code>{name}</code>
      </h3>
      <p>{summary}</p>
      {description && <Markdown text={description} />}
      {example && (
        <p>
          Example: <a href={example}>{example}</a>
        </p>
      )}
      {parameters.length > 0 && (
        <Table
          head={['Parameter', 'Type', 'Meaning']}
          rows={parameters.map(({ name, required, schema, description: meaning = '' }) => [
            <code key="name">
              {name}
              {required && ' (required)'}
            </code>,
            typeOf(schema),
            <Markdown key="meaning" text={meaning} />,
          ])}
        />
      )}
      {body && <SchemaTable schema={body.schema} />}
      {body?.example !== undefined && <pre>{JSON.stringify(body.example, null, 2)}</pre>}
      <Table
        head={['Status', 'Body', 'Meaning']}
        rows={Object.entries(responses).map(([status, response]) => [
          status,
          typeOf(Object.values(response.content ?? {})[0]?.schema ?? {}),
          <Markdown key="meaning" text={response.description} />,
        ])}
      />
    </section>
  );
}

/** The members of an object; for any other schema its type. */
function SchemaTable({ schema }: { schema: Schema }) {
  const { properties = {}, required = [] } = schema;
  const members = Object.entries(properties);
  if (members.length === 0) return <p>{typeOf(schema)}</p>;
  return (
    <Table
      head={['Member', 'Type', 'Meaning']}
      rows={members.map(([name, member]) => [
        <code key="name">
          {name}
          {!required.includes(name) && ' (optional)'}
        </code>,
        typeOf(member),
        <Markdown key="meaning" text={member.description ?? ''} />,
      ])}
    />
  );
}

function Table({ head, rows }: { head: readonly string[]; rows: readonly (readonly ReactNode[])[] }) {
  return (
    <ScrollFrame label={`Table: ${head[0]}`}>
      <table className="grid">
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of the document never move
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={head[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollFrame>
  );
}

/** The type of a schema in a few words, with links to named schemas. */
function typeOf({ $ref, type, enum: values, items, anyOf, format }: Schema): ReactNode {
  if ($ref) {
    const name = $ref.split('/').at(-1) ?? '';
    return <a href={`#schema-${name}`}>{name}</a>;
  }
  if (values) return values.map(String).join(' | ');
  if (items) return <>list of {typeOf(items)}</>;
  if (anyOf)
    return anyOf.map((one, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the alternatives never move
      <Fragment key={at}>
        {at > 0 && ' | '}
        {typeOf(one)}
      </Fragment>
    ));
  return [[type ?? ''].flat().join(' | '), format && `(${format})`].filter(Boolean).join(' ');
}

/** The Markdown that descriptions use: paragraphs, `code` and **strong** text. */
function Markdown({ text }: { text: string }) {
  return text.split('\n\n').map((paragraph) => (
    <p key={paragraph}>
      {paragraph.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
        if (part.startsWith('`')) return <code key={at}>{part.slice(1, -1)}</code>;
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
        if (part.startsWith('**')) return <strong key={at}>{part.slice(2, -2)}</strong>;
        return part;
      })}
    </p>
  ));
}
