import { z } from 'zod';
import { startImport } from '../../temporal/start-import.ts';
import { reindexWorkflowId } from '../../temporal/start-reindex.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { text } from './body-members.ts';
import type { OperationsContext } from './operations-context.ts';
import { writingRoute } from './writing-route.ts';

const body = z.object({
  bucket: text
    .optional()
    .describe('The bucket that its keys are in, which it did not store; S3_BUCKET by default'),
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'must be digits')
    .default('0')
    .describe('Only rows with a larger id'),
  reindex: z.boolean().default(true).describe('Build the index anew at its end'),
});

/** `/api/operations/imports`: brings in all builds of a Buildhub2, whose address the workers know. */
export function importRoute(context: OperationsContext): ApiRoute {
  const { temporal, config } = context;
  return writingRoute(
    context,
    {
      path: '/api/operations/imports',
      operationId: 'startImport',
      summary: 'Import all builds of a Buildhub2 database',
      description:
        'The workers read the database BUILDHUB2_DATABASE_URL. What is there already is left alone, so it can be repeated.',
      action: 'import.start',
      body,
      example: { reindex: false, who: 'me' },
    },
    async ({ bucket = config.S3_BUCKET, after, reindex }, operator) => {
      const input = {
        bucket,
        after,
        ...(reindex && { reindexWorkflowId: reindexWorkflowId(config.ELASTICSEARCH_INDEX) }),
      };
      const { workflowId } = await startImport(temporal, config, input, operator);
      return { result: 'The import has begun', workflowId };
    },
  );
}
