import { z } from 'zod';
import type { ApiResponse } from './api-route.ts';

const error = z.string().describe('What is wrong, where, and what to do');

export const problemBody = z.looseObject({ error }).meta({ id: 'Problem' });

export const parameterProblems = z
  .object({
    error,
    problems: z
      .array(z.object({ in: z.enum(['path', 'query']), name: z.string(), problem: z.string() }))
      .optional()
      .describe('Each parameter that is wrong'),
  })
  .meta({ id: 'ParameterProblems' });

/** Answers that any route may give. */
export const badRequest: ApiResponse = {
  description: 'Parameters are wrong; all problems at once',
  content: { 'application/json': parameterProblems },
};

export const unavailable: ApiResponse = {
  description: 'A service that this needs is away or busy',
  content: { 'application/json': problemBody },
  headers: { 'Retry-After': 'Seconds after which to try again' },
};

/** Node's own answer, before a route sees the request. */
export const addressTooLong: ApiResponse = {
  description:
    'The address is longer than 16 kB; `POST /api/export` and `POST /api/search` take longer questions',
};

/** @param description what was not found */
export function notFound(description: string): ApiResponse {
  return { description, content: { 'application/json': problemBody } };
}
