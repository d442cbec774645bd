import { z } from 'zod';
import { cacheHeaders } from '../builds/cache-headers.ts';
import { writeJson } from '../builds/json-text.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute, type RouteDescription } from './api-route.ts';
import { openApiDocument } from './document.ts';
import { docsPage } from './page/docs-page.ts';
import { badRequest } from './problem-schema.ts';

/** Nothing but the page itself: it has no script, and what it shows comes from this server. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/**
 * The document of all routes, and a page to read it.
 *
 * @param routes all there are, these two included; asked for when the document is first wanted
 * @param about the version of the code that runs, and where clients reach it
 */
export function openApiRoutes(
  routes: () => readonly RouteDescription[],
  about: { readonly version: string; readonly publicUrl: string },
): ApiRoute[] {
  const document = once(() => openApiDocument(routes(), about));
  const json = once(() => writeJson(document()));
  const page = once(() => docsPage(document()));
  return [
    apiRoute(
      {
        method: 'get',
        path: '/api/openapi.json',
        operationId: 'getOpenApi',
        tag: 'Service',
        summary: 'This document: OpenAPI 3.1',
        example: '/api/openapi.json',
        responses: {
          200: { description: 'The document', content: { 'application/json': z.looseObject({}) } },
          304: { description: 'It has not changed' },
          400: badRequest,
        },
      },
      (c) => cacheHeaders(c, jsonTextResponse(json()), json(), 'no-cache'),
    ),
    apiRoute(
      {
        method: 'get',
        path: '/api/docs',
        operationId: 'getDocs',
        tag: 'Service',
        summary: 'The document as a page to read',
        example: '/api/docs',
        responses: {
          200: { description: 'The page', content: { 'text/html': z.string() } },
          304: { description: 'It has not changed' },
          400: badRequest,
        },
      },
      (c) => {
        const response = new Response(page(), {
          headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy },
        });
        return cacheHeaders(c, response, page(), 'no-cache');
      },
    ),
  ];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
