import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { text } from '../../operations/registry.ts';
import { actionOutcome, retryOne, retryResult } from '../../operations/retry-one.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { mutationRoute } from './operations-route.ts';

/** Milliseconds after which a response no longer waits for the result of a retry. */
const patience = 10_000;

export function retryOneRoute(context: ApiDependencies): ApiRoute {
  return mutationRoute(
    context,
    {
      path: '/api/operations/failures/retry-one',
      operationId: 'retryFailure',
      summary: 'Retry one object or message',
      description:
        'It is ingested as if S3 had sent its event again. An object without a recorded ingestion must exist in S3. Waits up to ten seconds for the result; after that `outcome` is `running`.',
      action: 'failures.retry-one',
      body: z
        .strictObject({
          bucket: text.optional().describe('Bucket of the object; by default S3_BUCKET'),
          key: text.optional().describe('Key of an object'),
          message_id: text.optional().describe('Instead of a key: the id of an unreadable SQS message'),
        })
        .refine(
          (body) => (body.key === undefined) !== (body.message_id === undefined),
          'give either key or message_id',
        ),
      example: { key: 'pub/firefox/candidates/70.0-candidates/build2/win64/en-US/buildhub.json' },
    },
    async ({ bucket = context.config.S3_BUCKET, key = '', message_id: messageId }, operator) => {
      const failure = messageId === undefined ? { bucket, key } : { messageId };
      const handle = await retryOne(context, failure, operator);
      const late = sleep(patience, undefined, { ref: false });
      const ended = await Promise.race([retryResult(handle), late]);
      const { outcome = 'running', reason } = ended ?? {};
      const failed = messageId === undefined ? `s3://${bucket}/${key}` : `message ${messageId}`;
      return {
        result: `${failed}: ${outcome}${reason === undefined ? '' : `: ${reason}`}`,
        workflowId: handle.workflowId,
        outcome: ended ? actionOutcome(ended) : 'started',
        details: { outcome, reason: reason ?? null },
      };
    },
  );
}
