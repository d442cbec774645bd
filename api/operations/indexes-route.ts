import { z } from 'zod';
import { listBuildIndexes } from '../../elasticsearch/build-index.ts';
import { moment } from '../builds/record-schema.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { readRoute } from './operations-route.ts';

export const indexList = z
  .object({
    alias: z.string(),
    indexes: z
      .array(
        z.object({
          name: z.string(),
          state: z
            .enum(['live', 'former', 'unfinished'])
            .describe('`former`: was live, and can be returned to; `unfinished`: left by a reindex'),
          documents: z.int(),
          bytes: z.int(),
          created_at: moment,
        }),
      )
      .describe('The oldest first'),
  })
  .meta({ id: 'IndexList' });

export type IndexList = z.output<typeof indexList>;

export function indexesRoute({ elasticsearch, config }: ApiDependencies): ApiRoute {
  const { ELASTICSEARCH_INDEX: alias } = config;
  return readRoute(
    {
      path: '/api/operations/indexes',
      operationId: 'listIndexes',
      summary: 'The live search index, former ones and unfinished ones',
      example: '/api/operations/indexes',
      shows: 'The indexes',
      schema: indexList,
    },
    async () => {
      const found = await listBuildIndexes(elasticsearch, alias);
      const indexes = found.map(({ name, state, documents, bytes, createdAt }) => {
        return { name, state, documents, bytes, created_at: createdAt };
      });
      return { alias, indexes };
    },
  );
}
