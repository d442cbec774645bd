import { z } from 'zod';
import { startReconcile } from '../../temporal/start-reconcile.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { text } from './body-members.ts';
import type { OperationsContext } from './operations-context.ts';
import { writingRoute } from './writing-route.ts';

/** What can be said of how to reconcile. */
export const reconcileBody = z.object({
  repair: z.boolean().default(false).describe('Mend what differs; else only report it'),
  contents: z
    .enum(['none', 'sample', 'whole'])
    .default('sample')
    .describe('How many documents are compared by content too'),
  extent: z.enum(['none', 'sample', 'whole']).default('sample').describe('How much of the bucket is listed'),
  bucket: text.optional().describe('S3_BUCKET by default'),
});

/** `/api/operations/reconciles`: compares what must agree, and mends it where that is wanted. */
export function reconcileRoute(context: OperationsContext): ApiRoute {
  const { temporal, config } = context;
  return writingRoute(
    context,
    {
      path: '/api/operations/reconciles',
      operationId: 'startReconcile',
      summary: 'Compare table, index and bucket, and repair what differs',
      description: 'The last reports are among the runs of `/api/operations/runs?kind=reconcile`.',
      action: 'reconcile.start',
      body: reconcileBody,
      example: { extent: 'sample', who: 'me' },
    },
    async ({ bucket = config.S3_BUCKET, ...input }, operator) => {
      const { workflowId } = await startReconcile(temporal, config, { ...input, bucket }, operator);
      return { result: input.repair ? 'Comparing and repairing' : 'Comparing', workflowId };
    },
  );
}
