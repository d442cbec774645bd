import type { Context } from 'hono';
import type { z } from 'zod';
import { HttpProblem } from '../openapi/http-problem.ts';

/** Bytes of a body: a list of keys may be long. */
const maxBytes = 8_000_000;

/**
 * The JSON of a request by a schema. No body at all is an empty object.
 *
 * @throws {HttpProblem} 400 that names everything that is wrong, 413 for what is too large
 */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(c.req.raw);
  let value: unknown = {};
  try {
    if (text.trim() !== '') value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpProblem(400, `The body of the request is no JSON: ${reason}`);
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message, input }) => ({
    in: 'body',
    name: path.join('.'),
    problem: input === undefined && path.length > 0 ? `is missing (${message})` : message,
  }));
  const lines = problems.map(({ name, problem }) => (name === '' ? problem : `\`${name}\` ${problem}`));
  throw new HttpProblem(400, lines.join('; '), { details: { problems } });
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > maxBytes)
      throw new HttpProblem(413, `The body of the request is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
