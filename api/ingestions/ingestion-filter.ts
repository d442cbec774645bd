import { z } from 'zod';
import type { ObjectFilter } from '../../drizzle/queries/object-conditions.ts';
import { outcomes } from '../../drizzle/tables.ts';
import { dateParameter, endOf, startOf } from '../builds/date-parameter.ts';

/** What narrows a list of S3 objects. */
export const ingestionFilter = {
  outcome: z
    .array(z.enum(outcomes, `must be one of ${outcomes.join(', ')}`))
    .optional()
    .describe('What came of the object; several times for any of several'),
  bucket: z.string().optional().describe('S3 bucket'),
  prefix: z.string().optional().describe('What the key begins with'),
  reason: z.string().optional().describe('A part of the reason, in any case'),
  reason_group: z
    .string()
    .optional()
    .describe('A reason as `/api/ingestions/counts` groups them: with `…` for values and `N` for numbers'),
  workflow_id: z.string().optional().describe('The workflow of the last attempt'),
  from: dateParameter.optional().describe('Last attempt at this time or later'),
  to: dateParameter.optional().describe('Last attempt at this time or earlier; of a date, the whole day'),
};

const schema = z.object(ingestionFilter);

/** The filter as the queries take it. */
export function toObjectFilter(query: z.output<typeof schema>): ObjectFilter {
  const {
    outcome,
    bucket,
    prefix,
    reason,
    reason_group: reasonGroup,
    workflow_id: workflowId,
    from,
    to,
  } = query;
  return {
    outcomes: outcome,
    bucket,
    prefix,
    reason,
    reasonGroup,
    workflowId,
    from: from === undefined ? undefined : startOf(from),
    to: to === undefined ? undefined : endOf(to),
  };
}
