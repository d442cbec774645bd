import { z } from 'zod';
import type { Database } from '../../drizzle/connect.ts';
import { listObjects } from '../../drizzle/queries/list-objects.ts';
import { ingestionAnswer } from '../builds/ingestion-answer.ts';
import { writeJson } from '../builds/json-text.ts';
import type { LinkSettings } from '../builds/temporal-links.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { badRequest, unavailable } from '../openapi/problem-schema.ts';
import { ingestionFilter, toObjectFilter } from './ingestion-filter.ts';
import { ingestionPage } from './ingestion-schema.ts';
import { cursorParameter, nextPage, pageSize } from './paging.ts';

/** `/api/ingestions`: the state of every S3 object that was ever seen. */
export function listIngestionsRoute(database: Database, settings: LinkSettings): ApiRoute {
  return apiRoute(
    {
      method: 'get',
      path: '/api/ingestions',
      operationId: 'listIngestions',
      tag: 'Ingestions',
      summary: 'State of the S3 objects, last attempt first',
      description:
        'What came of each object that was ever seen: the quarantine (`outcome=invalid`), what was gone when it was looked for (`missing`), and the lineage of all else. Pages hang together while new attempts come in: none is shown twice, and the new ones are at the front.',
      example: '/api/ingestions?outcome=invalid&outcome=missing&limit=20',
      query: z.object({ ...ingestionFilter, limit: pageSize, after: cursorParameter(2).optional() }),
      responses: {
        200: { description: 'A page', content: { 'application/json': ingestionPage } },
        400: badRequest,
        503: unavailable,
      },
    },
    async (c, { query: { limit, after, ...filter } }) => {
      const [micros, bucket = '', key = ''] = after ?? [];
      const position = micros === undefined ? undefined : { micros, bucket, key };
      const rows = await listObjects(database, toObjectFilter(filter), limit + 1, position);
      const { page, next } = nextPage(c, rows, limit, (row) => [row.micros, row.bucket, row.key]);
      const ingestions = page.map((row) => ({
        bucket: row.bucket,
        key: row.key,
        etag: row.etag,
        build_hashes: row.buildHashes,
        ...ingestionAnswer(row, settings),
      }));
      return jsonTextResponse(writeJson({ ingestions, next }), 200, { 'Cache-Control': 'no-store' });
    },
  );
}
