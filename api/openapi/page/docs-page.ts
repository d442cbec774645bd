import type { OpenApiDocument, Operation } from '../document.ts';
import { html, inline, markdown } from './html.ts';
import { operationHtml } from './operation-html.ts';
import { schemaMembers } from './schema-html.ts';
import { styles } from './styles.ts';

/** The document as a page to read: static HTML without scripts, so that it works under any policy. */
export function docsPage(document: OpenApiDocument): string {
  const { info, servers, tags, components } = document;
  const schemas = Object.entries(components.schemas);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>
<style>${styles}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="layout">
<nav aria-label="Contents">
<a href="/">Search page</a>
${tags.map(
  ({ name }) =>
    html`<h2>${name}</h2><ul>${operationsOf(document, name).map(
      ({ path, method, operation }) =>
        html`<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></a></li>`,
    )}</ul>`,
)}
<h2>Schemas</h2>
<ul>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ul>
</nav>
<main id="content">
<h1>${info.title} API</h1>
<p class="soft">Version ${info.version}. For programs: <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
${markdown(info.description)}
${tags.map(
  ({ name, description }) => html`<section aria-labelledby="tag-${name}"><h2 id="tag-${name}">${name}</h2>
<p>${inline(description)}</p>
${operationsOf(document, name).map(({ path, method, operation }) => operationHtml(servers[0]?.url ?? '', path, method, operation))}
</section>`,
)}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${schemas.map(
  ([name, schema]) => html`<section class="schema" id="schema-${name}" aria-labelledby="schema-${name}-title">
<h3 id="schema-${name}-title">${name}</h3>
${typeof schema.description === 'string' && html`<p>${inline(schema.description)}</p>`}
${schemaMembers(schema)}
</section>`,
)}
</section>
</main>
</div>
</body>
</html>
`;
  return page.text;
}

function operationsOf(
  { paths }: OpenApiDocument,
  tag: string,
): { path: string; method: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}
