import type { Hono } from 'hono';
import { expect } from 'vitest';

/** Gets an answer of the API that must be a 200 and of the schema that the API's document promises. */
export async function getValid<T>(
  app: Hono,
  path: string,
  schema: { parse(value: unknown): unknown },
): Promise<T> {
  const response = await app.request(path);
  const body = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status: 200 });
  schema.parse(body);
  return body as T;
}
