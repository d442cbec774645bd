import type { OpenApiDocument, Operation } from '../document.ts';
import { html, inline, markdown } from './html.ts';
import { operationHtml } from './operation-html.ts';
import { schemaMembers } from './schema-html.ts';

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

/** The styles of the page of the API, which stands for itself: no file, no font, no script. */
const styles = `
:root { color-scheme: light dark; --ink: #1c1b22; --soft: #5b5b66; --line: #d7d7db; --paper: #fbfbfe; --panel: #f0f0f4; --mark: #0060df }
@media (prefers-color-scheme: dark) {
  :root { --ink: #fbfbfe; --soft: #b1b1b9; --line: #42414d; --paper: #1c1b22; --panel: #2b2a33; --mark: #80b0ff }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif }
a { color: var(--mark) }
code, pre { font: .88em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem }
.layout { display: grid; grid-template-columns: 19rem minmax(0, 1fr); gap: 2.5rem; max-width: 82rem; margin: 0 auto; padding: 0 1.5rem }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 2rem 0; font-size: .87rem }
nav h2 { font-size: .8rem; margin: 1.2rem 0 .2rem; color: var(--soft) } nav ul { list-style: none; margin: 0; padding: 0 }
nav li { padding: .1rem 0 } nav a { text-decoration: none } nav a:hover, nav a:focus { text-decoration: underline }
main { padding: 2rem 0 6rem; min-width: 0 }
h1 { font-size: 1.9rem; margin: 0 } main > section > h2 { font-size: 1.35rem; margin: 3rem 0 .25rem }
.operation, .schema { border-top: 1px solid var(--line); padding-top: 1.5rem; margin-top: 1.75rem; scroll-margin-top: 0 }
h3 { font-size: 1.05rem; margin: 0 } h4 { margin: 1.25rem 0 0; font-size: .95rem }
.method { font: 600 .75rem/1 ui-monospace, monospace; border: 1px solid var(--line); border-radius: 4px; padding: .2rem .4rem; background: var(--panel) }
.summary { font-weight: 600; margin: .5rem 0 } p { margin: .5rem 0; max-width: 46rem } .soft { color: var(--soft) }
.wide { overflow-x: auto; margin: 1rem 0 } table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0 }
th { color: var(--soft); font-weight: 500; font-size: .82rem } td:first-child { min-width: 8rem }
pre { background: var(--panel); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; white-space: pre-wrap }
@media (max-width: 60rem) { .layout { display: block } nav { position: static; height: auto; padding-bottom: 0 } }
`;
