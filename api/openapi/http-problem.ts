import { z } from 'zod';
import { withoutPasswords } from '../../config/without-passwords.ts';
import { SearchRefusal } from '../search/search-refusal.ts';

/**
 * A request that is refused or fails. The response body is always `{"error": "..."}`, sometimes with
 * members that a program can read. The message never has a password, though it may quote the error of a client.
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  /** Members of the response body besides `error`. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { details?: Record<string, unknown>; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(withoutPasswords(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }
}

/** The problem behind anything that a route throws; status 500 for an unforeseen error. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof SearchRefusal) {
    return new HttpProblem(error.status, error.message, { headers: { ...error.headers }, cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    return new HttpProblem(503, 'The database is unavailable. Try again soon.', {
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
  return new HttpProblem(500, 'Internal error. It has been logged; please report it.', { cause: error });
}

/** Codes of Node and PostgreSQL for a database that is down, starting, stopping, read-only, full, too slow, or not set up. */
const databaseCodes =
  /^(25006|28\w{3}|3D000|40001|40P01|42501|42P01|55P03|XX\w{3}|EADDRNOTAVAIL|ENETUNREACH|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|08\w{3}|53\w{3}|57P\w\w|57014|58\w{3})$/;
/** What `pg` says without a code. */
const databaseMessages =
  /^(Connection terminated|timeout expired|timeout exceeded|Query read timeout|Client (was closed|has encountered)|The server does not support SSL|Cannot use a pool)/;

/** drizzle puts the database's own error into `cause`. */
function isDatabaseUnavailable(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current ? String(current.code) : '';
    if (databaseCodes.test(code) || databaseMessages.test(current.message)) return true;
  }
  return false;
}

/** What is sent with one status: JSON of a schema, or text of other types. */
export interface ApiResponse {
  readonly description: string;
  /** Schemas by media type; left out if there is no body. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  /** Headers worth knowing, with their meaning. */
  readonly headers?: Readonly<Record<string, string>>;
}

const error = z.string().describe('What is wrong, where, and what to do');

export const problemBody = z.looseObject({ error }).meta({ id: 'Problem' });

const parameterProblems = z
  .object({
    error,
    problems: z
      .array(z.object({ in: z.enum(['path', 'query', 'body']), name: z.string(), problem: z.string() }))
      .optional()
      .describe('Each parameter that is wrong'),
  })
  .meta({ id: 'ParameterProblems' });

/** Parameters or members of the body are wrong. */
export const badRequest: ApiResponse = {
  description: 'Parameters are wrong; lists all problems',
  content: { 'application/json': parameterProblems },
};

export const unavailable: ApiResponse = {
  description: 'A service that this needs is unavailable or busy',
  content: { 'application/json': problemBody },
  headers: { 'Retry-After': 'Seconds after which to try again' },
};

export const tooManyRequests: ApiResponse = {
  description: 'This client has too many requests in flight',
  content: { 'application/json': problemBody },
  headers: { 'Retry-After': 'Seconds after which to try again' },
};

/** Node's own response, before a route sees the request. */
export const addressTooLong: ApiResponse = {
  description:
    'The address is longer than 16 kB; `POST /api/export` and `POST /api/search` take longer requests',
};

/** @param description what was not found */
export function notFound(description: string): ApiResponse {
  return { description, content: { 'application/json': problemBody } };
}
