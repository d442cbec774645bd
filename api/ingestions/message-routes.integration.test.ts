import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../tests/fixture/eventually.ts';
import { send } from '../../tests/fixture/messages.ts';
import { createWorkingSandbox, type WorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import { getValid } from '../testing/get-valid.ts';
import { sandboxApp } from '../testing/sandbox-app.ts';
import type { Ingestion } from './ingestion-schema.ts';
import { messagePage, unreadableMessage } from './message-routes.ts';

let sandbox: WorkingSandbox;
let app: Hono;

beforeAll(async () => {
  sandbox = await createWorkingSandbox(5);
  app = sandboxApp(sandbox);
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

it('messages that cannot be read are listed, and told whole with their run', async () => {
  const id = await send(sandbox, 'this is no event');
  const page = await eventually('the message', async () => {
    const answer = await getValid<{ messages: { message_id: string }[] }>(
      app,
      '/api/messages/unreadable',
      messagePage,
    );
    return answer.messages.length > 0 ? answer : undefined;
  });
  expect(page.messages).toMatchObject([{ message_id: id, body_length: 16, attempts: 1 }]);
  const whole = await getValid<{ run: Ingestion['run'] }>(
    app,
    `/api/messages/unreadable/${id}`,
    unreadableMessage,
  );
  expect(whole).toMatchObject({ body: 'this is no event', run: { known: 'yes' } });
  expect((await app.request('/api/messages/unreadable/none')).status).toBe(404);
});
