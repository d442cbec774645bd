import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../tests/fixture/eventually.ts';
import { send } from '../../tests/fixture/messages.ts';
import { createWorkingSandbox, type WorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import { operate, operationsApp, token } from '../operations/testing/operations-app.ts';
import { messagePage, unreadableMessage } from './message-routes.ts';

let sandbox: WorkingSandbox;
let app: Hono;

beforeAll(async () => {
  sandbox = await createWorkingSandbox(5);
  app = operationsApp(sandbox);
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

it('messages that cannot be read are listed, and shown whole, to operators alone', async () => {
  const { get } = operate(app);
  const id = await send(sandbox, 'this is no event');
  const page = await eventually('the message', async () => {
    const found = await get('/api/messages/unreadable', messagePage);
    return found.messages.length > 0 ? found : undefined;
  });
  expect(page.messages).toMatchObject([{ message_id: id, body_length: 16, attempts: 1 }]);
  const path = `/api/messages/unreadable/${id}`;
  const whole = await get(path, unreadableMessage);
  expect(whole).toMatchObject({ body: 'this is no event' });
  for (const each of ['/api/messages/unreadable', path, '/api/messages/unreadable/none']) {
    const refused = await app.request(each);
    expect(refused.status).toBe(401);
    expect(await refused.text()).not.toContain('no event');
  }
  const headers = { Authorization: `Bearer ${token}` };
  expect((await app.request('/api/messages/unreadable/none', { headers })).status).toBe(404);
});
