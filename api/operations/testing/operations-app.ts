import type { Hono } from 'hono';
import { expect } from 'vitest';
import type { z } from 'zod';
import { eventually } from '../../../tests/fixture/eventually.ts';
import type { Sandbox } from '../../../tests/fixture/sandbox.ts';
import { sandboxApp } from '../../testing/api-sandbox.ts';
import { getValid } from '../../testing/get-valid.ts';
import { actionPage } from '../actions-route.ts';
import { type OperationRun, type RunList, runList } from '../run-routes.ts';

export const token = 'a-token-for-this-test';

/** The API in this process, on the services of a sandbox. */
export function operationsApp(
  sandbox: Sandbox,
  operationsToken: string | undefined = token,
  clients: Partial<Pick<Sandbox, 'sqs'>> = {},
): Hono {
  return sandboxApp(sandbox, { OPERATIONS_TOKEN: operationsToken }, clients);
}

/** Uses the API as an operator does. */
export function operate(app: Hono) {
  const get = <S extends z.ZodType>(path: string, schema: S) =>
    getValid(app, path, schema, { Authorization: `Bearer ${token}` });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}, to = app) =>
    to.request(`/api/operations/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { Authorization: `Bearer ${token}`, 'X-Operator': 'Ada', ...headers },
    });
  return {
    get,
    /** Posts an action, and returns any response. */
    post,

    /** An action that has to succeed. */
    async act(path: string, body: unknown): Promise<Record<string, string>> {
      const response = await post(path, body);
      const done = (await response.json()) as Record<string, string>;
      expect({ status: response.status, done }).toMatchObject({ status: 200 });
      return done;
    },

    /** The recorded actions, the newest first. */
    actions: async () => (await get('/api/operations/actions', actionPage)).actions,

    /** Waits for a run that looks as it should; undefined as long as it does not. */
    async run(what: string, name: string, find: (runs: RunList) => OperationRun | undefined) {
      return await eventually(what, async () =>
        find(await get(`/api/operations/runs?name=${name}`, runList)),
      );
    },

    /** Waits for the end of a run. */
    async ended(workflowId: string | undefined, name: string): Promise<OperationRun> {
      const isIt = ({ workflow_id }: OperationRun) => workflow_id === workflowId;
      return await this.run(`the end of ${workflowId}`, name, ({ running, finished }) =>
        running.some(isIt) ? undefined : finished.find(isIt),
      );
    },
  };
}
