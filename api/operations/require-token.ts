import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { HttpProblem } from '../openapi/http-problem.ts';

/**
 * Refuses a request that does not bring the token, in `Authorization: Bearer`. Digests are compared, in a time that
 * tells nothing: neither of how much was right nor of how long the token is.
 *
 * @param token what it has to be; undefined where nobody may
 * @throws {HttpProblem} 403 where no token is set, 401 where it is missing or wrong
 */
export function requireToken(c: Context, token: string | undefined): void {
  if (!token) {
    throw new HttpProblem(
      403,
      'Operations can only be looked at here: no token is set. To change anything, set OPERATIONS_TOKEN (see docs/operations.md).',
    );
  }
  const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '') ?? [];
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  const problem = given === undefined ? 'The token is missing' : 'The token is wrong';
  throw new HttpProblem(401, `${problem}: send OPERATIONS_TOKEN as "Authorization: Bearer <token>".`, {
    headers: { 'WWW-Authenticate': 'Bearer realm="Buildhub operations"' },
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
