import type { Context } from 'hono';
import { z } from 'zod';
import { type Done, recordAction } from '../../operations/record-action.ts';
import { temporalWorkflowUrl } from '../builds/addresses.ts';
import { writeJson } from '../builds/json-text.ts';
import { jsonTextResponse } from '../json/json-response.ts';
import { type ApiRoute, apiRoute } from '../openapi/api-route.ts';
import { problemBody, unavailable } from '../openapi/http-problem.ts';
import { operationProblem } from './operation-problem.ts';
import type { OperationsContext } from './operations-context.ts';
import { readBody } from './read-body.ts';
import { requireToken } from './require-token.ts';
import { remoteAddress, whoAsks } from './who-asks.ts';

const who = z.string().optional().describe('Who asks, for the record; else the header `X-Operator`');

/** What every action answers. */
export const actionAnswer = z
  .looseObject({
    result: z.string().describe('What came of it, for people'),
    workflow_id: z.string().optional().describe('The workflow that was started or told something'),
    temporal_url: z.string().optional().describe('The same in the Temporal UI'),
  })
  .meta({ id: 'ActionAnswer' });

const refusal = (description: string) => ({ description, content: { 'application/json': problemBody } });

/** An action, as the document tells of it and as it is recorded. */
interface WritingDescription<Body extends z.ZodRawShape> {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** Such as `backfill.start`. */
  readonly action: string;
  readonly body: z.ZodObject<Body>;
  readonly example?: unknown;
  /** What of the body is recorded, where it is not all. */
  readonly recorded?: (body: z.output<z.ZodObject<Body>>) => unknown;
}

/** What an action leaves: what it says, and more for programs. */
export interface Answered extends Done {
  readonly details?: Record<string, unknown>;
}

/**
 * A route that changes something: it wants the token and a name, reads its body by a schema, records what is done and
 * what came of it, and answers with that.
 */
export function writingRoute<Body extends z.ZodRawShape>(
  { database, config, links }: OperationsContext,
  description: WritingDescription<Body>,
  run: (body: z.output<z.ZodObject<Body>>, operator: string) => Promise<Answered>,
): ApiRoute {
  const { path, operationId, summary, action, body, example, recorded } = description;
  const schema = z.strictObject({ ...body.shape, who });
  const answer = async (c: Context): Promise<Response> => {
    requireToken(c, config.OPERATIONS_TOKEN);
    const { who: name, ...given } = (await readBody(c, schema)) as Record<string, unknown>;
    const operator = whoAsks(c, name as string | undefined);
    const input = given as z.output<z.ZodObject<Body>>;
    const parameters = recorded ? recorded(input) : input;
    const about = { action, operator, via: 'api', remoteAddress: remoteAddress(c), parameters } as const;
    try {
      const { result, workflowId, details } = await recordAction(database, about, async () => {
        try {
          return await run(input, operator);
        } catch (error) {
          throw operationProblem(error);
        }
      });
      const started = workflowId && {
        workflow_id: workflowId,
        temporal_url: temporalWorkflowUrl(links, workflowId),
      };
      return jsonTextResponse(writeJson({ result, ...started, ...details }), 200, {
        'Cache-Control': 'no-store',
      });
    } catch (error) {
      throw operationProblem(error);
    }
  };
  return apiRoute(
    {
      method: 'post',
      path,
      operationId,
      tag: 'Operations',
      summary,
      description:
        `${description.description ?? ''}\n\nNeeds \`Authorization: Bearer\` with OPERATIONS_TOKEN, and a name for the record of actions.`.trim(),
      body: { description: 'What is to be done', schema, ...(example !== undefined && { example }) },
      responses: {
        200: { description: 'It is done, or begun', content: { 'application/json': actionAnswer } },
        400: refusal('The body is wrong; all problems at once'),
        401: refusal('The token is missing or wrong'),
        403: refusal('No token is set at this API, so nothing can be changed'),
        409: refusal('Something else runs that has to end first, or what is named does not run'),
        503: unavailable,
      },
    },
    answer,
  );
}
