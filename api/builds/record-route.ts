import { z } from 'zod';
import type { Database } from '../../drizzle/connect.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { ApiProblem } from '../openapi/api-problem.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, notFound, unavailable } from '../openapi/problem-schema.ts';
import { buildReference, readReference } from './build-reference.ts';
import { cacheHeaders } from './cache-headers.ts';
import { writeJson } from './json-text.ts';
import { readRecord } from './read-record.ts';
import { recordAnswer } from './record-answer.ts';
import { buildRecord } from './record-schema.ts';
import type { LinkSettings } from './temporal-links.ts';

/** `/api/records/{reference}`: one build, where it came from, and what belongs to it. */
export function recordRoute(database: Database, settings: LinkSettings): ApiRoute {
  return apiRoute(
    {
      method: 'get',
      path: '/api/records/{reference}',
      operationId: 'getRecord',
      tag: 'Builds',
      summary: 'One build, with where it came from',
      description:
        'The build as it was published, every number with its digits, and what is known of it beside: the S3 object that it was read from, when it was inserted and became searchable, how the object was ingested, its twin on the beta channel, and builds of other contents of the same key.',
      example: '/api/records/1',
      pathParameters: z.object({ reference: buildReference }),
      responses: {
        200: {
          description: 'The build',
          content: { 'application/json': buildRecord },
          headers: { ETag: 'Changes with anything in the answer' },
        },
        304: { description: 'The answer is the one with the ETag in If-None-Match' },
        400: badRequest,
        404: notFound('There is no such build'),
        503: unavailable,
      },
    },
    async (c, { path: { reference } }) => {
      const record = await readRecord(database, readReference(reference));
      if (record === undefined) throw noSuchBuild(reference);
      const text = writeJson(recordAnswer(record, settings));
      return cacheHeaders(c, jsonTextResponse(text), text, 'no-cache');
    },
  );
}

/** Says how to find the one that was meant. */
export function noSuchBuild(reference: string): ApiProblem {
  const hint = /^\d{14}$/.test(reference)
    ? ` ${reference} looks like a build id, which many builds share: see /api/export?build_id=${reference}.`
    : ' Find builds with /api/search; `_id` there is the id here.';
  const kind = reference.startsWith('v1:') ? 'hash' : 'id';
  return new ApiProblem(404, `There is no build with the ${kind} ${reference}.${hint}`);
}
