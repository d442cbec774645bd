import type { Operation, Parameter } from '../document.ts';
import { Html, html, inline, markdown } from './html.ts';
import { schemaType } from './schema-html.ts';

/** One operation of the document, with everything that a person needs to use it. */
export function operationHtml(server: string, path: string, method: string, operation: Operation): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const example = operation['x-example'];
  return html`<section class="operation" id="${operationId}" aria-labelledby="${operationId}-title">
<h3 id="${operationId}-title"><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p class="summary">${inline(summary)}</p>
${description !== undefined && markdown(description)}
${example !== undefined && html`<p>Try it: <a href="${example}"><code>${example}</code></a></p>`}
${parameters.length > 0 && parameterTable(parameters)}
${requestBody && bodyHtml(server + path, requestBody)}
${responseTable(responses)}
</section>`;
}

function parameterTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) => html`<tr>
<td><code>${name}</code>${required && html` <span class="soft">required</span>`}</td>
<td>${place === 'path' ? 'in the path' : schema.type === 'array' ? 'may be repeated' : ''}</td>
<td>${inline(description)} ${detailsOf(schema)}</td>
</tr>`,
  );
  return html`<div class="wide"><table><thead><tr><th>Parameter</th><th></th><th>Meaning</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function detailsOf(schema: Parameter['schema']): Html {
  const { default: initial, minimum, maximum, examples } = schema;
  const item = schema.type === 'array' ? (schema.items as Parameter['schema']) : schema;
  const facts = [
    Array.isArray(item.enum) && html`One of ${schemaType(item)}.`,
    minimum !== undefined && maximum !== undefined && html`${String(minimum)} to ${String(maximum)}.`,
    initial !== undefined && html`${String(initial)} unless given.`,
    Array.isArray(examples) &&
      examples.flat().length > 0 &&
      html`For example ${examples.flat().map((value) => html`<code>${String(value)}</code> `)}`,
  ];
  const told = facts.filter((fact) => fact instanceof Html);
  return told.length === 0 ? html`` : html`<span class="soft">${told.flatMap((fact) => [fact, ' '])}</span>`;
}

function bodyHtml(address: string, { description, content }: NonNullable<Operation['requestBody']>): Html {
  const example = content['application/json']?.example;
  const call = example === undefined ? undefined : `curl -s ${address} -d '${JSON.stringify(example)}'`;
  return html`<h4>Body</h4><p>${inline(description)}, as JSON.</p>${call !== undefined && html`<pre><code>${call}</code></pre>`}`;
}

function responseTable(responses: Operation['responses']): Html {
  const rows = Object.entries(responses).map(([status, { description, content = {}, headers = {} }]) => {
    const bodies = Object.entries(content).map(
      ([type, { schema }]) =>
        html`<div><code>${type}</code>${type === 'application/json' && html`: ${schemaType(schema)}`}</div>`,
    );
    const told = Object.entries(headers).map(
      ([name, header]) => html`<div><code>${name}</code>: ${inline(header.description)}</div>`,
    );
    return html`<tr><td>${status}</td><td>${inline(description)}</td><td>${bodies}${told}</td></tr>`;
  });
  return html`<div class="wide"><table><thead><tr><th>Status</th><th>Meaning</th><th>Answer</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
