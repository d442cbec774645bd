import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiSandbox, createApiSandbox } from './testing/api-sandbox.ts';
import { comparable } from './testing/comparable.ts';
import { differences } from './testing/differences.ts';
import { type RecordedAnswer, recordedAnswers, recordedObjects } from './testing/recorded.ts';

/**
 * The same objects in, the same requests sent, the original's answers out. What may differ in any answer is in
 * `comparable`; what differs in a single one is in `differences`, by name and with its reason.
 */
let sandbox: ApiSandbox;
let app: Hono;

beforeAll(async () => {
  sandbox = await createApiSandbox();
  await sandbox.add(recordedObjects());
  app = sandbox.createApp({ allowedHosts: ['localhost'] });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const answers = recordedAnswers();

async function ask({ method, path, headers, body }: RecordedAnswer['request']): Promise<Response> {
  // A request may name the index, and ours has another name here.
  const bytes =
    body === null ? null : Buffer.from(body.replaceAll('"buildhub2"', `"${sandbox.index}"`), 'latin1');
  const hasBody = bytes !== null && method !== 'GET' && method !== 'HEAD';
  return app.request(`http://localhost${path}`, {
    method,
    headers: { Host: 'localhost', ...headers },
    ...(hasBody && { body: new Uint8Array(bytes) }),
  });
}

describe('the answers of the original Buildhub2', () => {
  it.each(answers)('$name', async (recorded) => {
    const response = await ask(recorded.request);
    const text = await response.text();
    const ours = comparable(
      { status: response.status, headers: Object.fromEntries(response.headers), text },
      recorded.ties ?? false,
    );
    const { body, text: recordedText, ...rest } = recorded.response;
    const original = comparable(
      { ...rest, text: recordedText ?? JSON.stringify(body) },
      recorded.ties ?? false,
    );
    const difference = differences[recorded.name];
    if (difference === undefined) {
      expect(ours).toEqual(original);
      return;
    }
    expect(ours, 'no longer differs: take it off the list').not.toEqual(original);
    difference.check(ours, original);
  });

  it('are all the differences there are', () => {
    const names = new Set(answers.map(({ name }) => name));
    for (const [name, { reason }] of Object.entries(differences)) {
      expect(names).toContain(name);
      expect(reason.length).toBeGreaterThan(30);
    }
  });
});
