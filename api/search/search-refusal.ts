import { HttpProblem, type RefusalKind, retryLater } from '../openapi/http-problem.ts';
import { searchLimits } from './request-budget.ts';

export function refuse(message: string, kind: RefusalKind = 'syntax'): HttpProblem {
  return new HttpProblem(400, message, { kind });
}

export function tooDeep(): HttpProblem {
  return refuse(
    `The search is nested too deeply: up to ${searchLimits.jsonDepth} levels are allowed`,
    'limit',
  );
}

/** A refusal because Elasticsearch is down, overloaded or too slow to accept the search. */
export function unavailable(cause: unknown): HttpProblem {
  return retryLater('Search is unavailable. Try again soon.', 5, { kind: 'unavailable', cause });
}

/** A 503, since clients of Buildhub2 retry it as they did its 500, and take a 400 for a fault of theirs. */
export function timeLimitReached(seconds: number, cause?: unknown): HttpProblem {
  const message = `The search took longer than ${seconds} seconds and was stopped. Narrow the query, request fewer buckets, or avoid leading wildcards.`;
  return retryLater(message, 10, { kind: 'time_limit', cause });
}
