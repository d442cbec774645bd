import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { bindingsOf } from '../client-limit.ts';
import { HttpProblem, problem } from '../openapi/http-problem.ts';

/** The responses of a route that calls {@link requireToken}. */
export const tokenRefusals = {
  401: problem('The token is missing or wrong'),
  403: problem('No OPERATIONS_TOKEN is set, so operator routes are disabled'),
} as const;

/** For the description of a route that calls {@link requireToken}. */
export const needsToken = 'Needs `Authorization: Bearer` with OPERATIONS_TOKEN.';

/** Compares digests, in a time that reveals nothing about the token or its length. */
function checkToken(c: Context, token: string): 'right' | 'wrong' | 'missing' {
  const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '') ?? [];
  if (given === undefined) return 'missing';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token)) ? 'right' : 'wrong';
}

/** Whether a request comes from an operator, who may see the names of the others. */
export function isOperator(c: Context, token: string | undefined): boolean {
  return Boolean(token) && checkToken(c, token as string) === 'right';
}

/**
 * Refuses a request that changes something, or reads what is private, without the token in `Authorization: Bearer`.
 *
 * @throws {HttpProblem} 403 if no token is set, 401 if it is missing or wrong
 */
export function requireToken(c: Context, token: string | undefined): void {
  if (!token)
    throw new HttpProblem(
      403,
      'Operator routes are disabled, because no OPERATIONS_TOKEN is set. To enable them, set it (see docs/operations.md).',
    );
  const found = checkToken(c, token);
  if (found === 'right') return;
  throw new HttpProblem(
    401,
    `The token is ${found}: send OPERATIONS_TOKEN as "Authorization: Bearer <token>".`,
    {
      headers: { 'WWW-Authenticate': 'Bearer realm="Buildhub operations"' },
    },
  );
}

const maxName = 100;

/**
 * The name of the operator: the member `operator` of the body, or the header `X-Operator`.
 *
 * @throws {HttpProblem} 400 without a name
 */
export function requireOperator(c: Context, operator: string | undefined): string {
  const name = (operator ?? asUtf8(c.req.header('X-Operator') ?? '')).trim();
  if (name === '')
    throw new HttpProblem(
      400,
      'The name of the operator is missing. Send it for the audit log, as `operator` in the body or in the header X-Operator.',
      { details: { problems: [{ in: 'body', name: 'operator', problem: 'is missing' }] } },
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (name.length > maxName || /[\x00-\x1f\x7f-\x9f]/.test(name) || !name.isWellFormed())
    throw new HttpProblem(400, `\`operator\` must be a name of up to ${maxName} characters`);
  return name;
}

/** Node reads headers as Latin-1, and clients send UTF-8. */
function asUtf8(header: string): string {
  const text = Buffer.from(header, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? header : text;
}

/** The address that a request came from, with what a proxy says about it. */
export function remoteAddress(c: Context): string | undefined {
  const address = bindingsOf(c).incoming?.socket.remoteAddress;
  const forwarded = c.req.header('X-Forwarded-For')?.slice(0, 200);
  if (forwarded === undefined) return address;
  return `${forwarded} by ${address ?? 'an unknown proxy'}`;
}
