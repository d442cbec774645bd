import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childEnvironment } from '../../config/config.ts';
import { recordObject } from '../../drizzle/queries/objects.ts';
import { recordUnreadableMessage } from '../../drizzle/queries/unreadable-messages.ts';
import { generateBuilds } from '../../stack/samples/generate-builds.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createApiSandbox } from '../testing/api-sandbox.ts';
import { pythonEnvironment } from '../testing/python-environment.ts';
import { serveApp } from '../testing/serve-app.ts';

const sandbox = forAllTests(createApiSandbox);
let app: Hono;
let bin: string;
/** Schemathesis keeps what it has found in the folder that it runs in. */
const cwd = mkdtempSync(join(tmpdir(), 'buildhub-schemathesis-'));
beforeAll(async () => {
  bin = await pythonEnvironment('schemathesis==4.32.5');
  const texts = [...generateBuilds(150, new Date('2026-01-01T00:00:00Z'), 4)].map(({ body }) => body);
  await sandbox.add(texts);
  const run = { workflowId: 'workflow', runId: 'run' };
  const { database } = sandbox.postgres;
  await recordObject(database, { bucket: 'bucket', key: 'bad', outcome: 'invalid', reason: 'why', ...run });
  await recordUnreadableMessage(database, { messageId: 'message-1', body: 'x', reason: 'why', ...run });
  // There is no token, so nothing can be started.
  app = sandbox.createApp({ OPERATIONS_TOKEN: undefined });
}, 300_000);
// Node responds to an address above 16 KB with 431 and closes, sometimes before the client has sent all of it.
const served = forAllTests(() => serveApp(app, { maxHeaderSize: 1_000_000 }));
afterAll(() => rmSync(cwd, { recursive: true }));

it('schemathesis finds no fault: no server error, and every response as documented', async () => {
  const response = await app.request('/api/openapi.json');
  const { paths } = (await response.json()) as { paths: Record<string, object> };
  const operations = Object.values(paths).flatMap(Object.keys).length;
  const { exitCode, all = '' } = await execa(
    join(bin, 'schemathesis'),
    [
      ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
      ...['run', `${served.url}/api/openapi.json`, '--no-color', '--warnings', 'off'],
    ],
    {
      cwd,
      env: childEnvironment({ BUILDHUB_URL: served.url, NO_PROXY: '127.0.0.1' }),
      extendEnv: false,
      reject: false,
      all: true,
    },
  );
  expect({ exitCode, all: exitCode === 0 ? '' : all }).toEqual({ exitCode: 0, all: '' });
  expect(all).toContain(`Tested: ${operations}`);
  expect(Object.keys(paths).filter((path) => path.startsWith('/api/operations/')).length).toBeGreaterThan(15);
}, 900_000);
