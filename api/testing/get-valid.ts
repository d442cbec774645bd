import type { Hono } from 'hono';
import { expect } from 'vitest';
import type { z } from 'zod';

/** Gets a response of the API that must be a 200 and of the schema that the API's document promises. */
export async function getValid<S extends z.ZodType>(
  app: Hono,
  path: string,
  schema: S,
  headers: Record<string, string> = {},
): Promise<z.output<S>> {
  const response = await app.request(path, { headers });
  const body = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status: 200 });
  return schema.parse(body);
}
