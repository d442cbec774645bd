import type { Context } from 'hono';
import { HttpProblem } from '../openapi/http-problem.ts';

/** Characters of a name. */
const maxLength = 100;

/**
 * Who says to have asked: the member `who` of the body, else the header `X-Operator`.
 *
 * @throws {HttpProblem} 400 where nobody is named
 */
export function whoAsks(c: Context, who: string | undefined): string {
  const name = (who ?? c.req.header('X-Operator') ?? '').trim();
  if (name === '')
    throw new HttpProblem(
      400,
      'Say who you are, for the record of actions: in `who`, or in the header X-Operator',
      { details: { problems: [{ in: 'body', name: 'who', problem: 'is missing' }] } },
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (name.length > maxLength || /[\x00-\x1f\x7f]/.test(name) || !name.isWellFormed())
    throw new HttpProblem(400, `\`who\` must be a name of up to ${maxLength} characters`);
  return name;
}

/** The address that a request came from, with what a proxy says about it. */
export function remoteAddress(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  const address = incoming?.socket?.remoteAddress;
  const forwarded = c.req.header('X-Forwarded-For')?.slice(0, 200);
  if (forwarded === undefined) return address;
  return `${forwarded} by ${address ?? 'an unknown proxy'}`;
}
