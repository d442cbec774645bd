import { z } from 'zod';
import { withoutPasswords } from '../../config/without-passwords.ts';
import type { refusalKinds } from '../../telemetry/metrics.ts';
import { jsonResponse } from '../json-response.ts';

/** Why a search was refused, for the metrics. */
export type RefusalKind = (typeof refusalKinds)[number];

interface ProblemOptions extends ErrorOptions {
  /** Members of the response body besides `error`. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a search; `syntax` by default. */
  readonly kind?: RefusalKind;
  /** The response of Elasticsearch, which `/api/search` returns as it came. */
  readonly body?: Uint8Array<ArrayBuffer>;
}

/**
 * A request that is refused or fails. The response body is `{"error": "..."}`, sometimes with members that a program can
 * read. The message never has a password, though it may quote the error of a client.
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: RefusalKind;
  readonly body: Uint8Array<ArrayBuffer> | undefined;

  constructor(status: number, message: string, options: ProblemOptions = {}) {
    super(withoutPasswords(message), options);
    this.status = status;
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
    this.kind = options.kind ?? 'syntax';
    this.body = options.body;
  }
}

export function problemResponse(
  { status, message, details, headers }: HttpProblem,
  more: Readonly<Record<string, string>> = {},
): Response {
  return jsonResponse({ error: message, ...details }, status, { ...more, ...headers });
}

/** A 503. @param seconds after which a client may try again */
export function retryLater(message: string, seconds: number, options: ProblemOptions = {}): HttpProblem {
  return new HttpProblem(503, message, { ...options, headers: { 'Retry-After': String(seconds) } });
}

/** The problem behind anything that a route throws; status 500 for an unforeseen error. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (isDatabaseUnavailable(error)) {
    return retryLater('The database is unavailable. Try again soon.', 5, { cause: error });
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

export function json(
  description: string,
  schema: z.ZodType,
  headers?: Readonly<Record<string, string>>,
): ApiResponse {
  return { description, content: { 'application/json': schema }, ...(headers && { headers }) };
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
export const badRequest = json('Parameters are wrong; lists all problems', parameterProblems);

/** Any other refusal or failure. */
export function problem(description: string): ApiResponse {
  return json(description, problemBody);
}

const retryAfter = { 'Retry-After': 'Seconds after which to try again' };

export const unavailable = json('A service that this needs is unavailable or busy', problemBody, retryAfter);

export const tooManyRequests = json('This client has too many requests in flight', problemBody, retryAfter);

/** Node's own response, before a route sees the request. */
export const addressTooLong: ApiResponse = {
  description:
    'The address is longer than 16 kB; `POST /api/export` and `POST /api/search` take longer requests',
};
