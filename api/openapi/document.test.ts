import { describe, expect, it } from 'vitest';
import { createOfflineApp } from '../testing/offline-app.ts';
import { honoPath } from './api-route.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly 'x-example'?: string;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const app = createOfflineApp();
const response = await app.request('/api/openapi.json');
const document = (await response.json()) as OpenApiDocument;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Routes for the page of this server alone, or for clients of what came before. */
const undocumented = ['/api/searchkit', '/v1/buckets/build-hub/collections/:rest{releases/search.*}'];

describe('the document', () => {
  it('has every route that there is, and no other', () => {
    const routed = new Set(
      app.routes
        .map(({ path }) => path.replace(/(?<=.)\/$/, ''))
        .filter((path) => !/\*$|^\/(docs|llms\.txt)/.test(path) && !undocumented.includes(path)),
    );
    const documented = new Set(
      Object.keys(document.paths).map((path) => honoPath({ path, restParameter: restParameterOf(path) })),
    );
    expect([...documented].sort()).toEqual([...routed].sort());
  });

  it('has its own id for each operation, and a summary', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) expect(operation.summary).not.toBe('');
  });

  it('explains every parameter, and has each of the path', () => {
    for (const { path, operation } of operations) {
      for (const { description } of operation.parameters ?? []) expect(description).not.toBe('');
      const inPath = (operation.parameters ?? [])
        .filter(({ in: place }) => place === 'path')
        .map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it('the routes of its examples exist', async () => {
    const examples = operations.flatMap(({ operation }) => operation['x-example'] ?? []);
    expect(examples.length).toBeGreaterThan(10);
    // At the same time, as some wait for a service before they say that it is not there.
    const responses = await Promise.all(examples.map(async (example) => await app.request(example)));
    // Without services most are not available; but nothing is unknown, and nothing is wrong.
    for (const { status } of responses) expect([200, 500, 503]).toContain(status);
  });
});

it('is not sent again while it stays the same', async () => {
  const etag = response.headers.get('ETag') ?? '';
  const again = await app.request('/api/openapi.json', { headers: { 'If-None-Match': etag } });
  expect(again.status).toBe(304);
});

function restParameterOf(path: string): string {
  return path === '/api/ingestions/{bucket}/{key}' ? 'key' : '';
}
