import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiSandbox, createApiSandbox } from '../api/testing/api-sandbox.ts';
import { type ServedApp, serveApp } from '../api/testing/serve-app.ts';
import { sampleBuilds } from '../stack/samples/publish.ts';

let sandbox: ApiSandbox;
let server: ServedApp;
beforeAll(async () => {
  sandbox = await createApiSandbox();
  await sandbox.add([...sampleBuilds(100, new Date())].map(({ body }) => body));
  server = await serveApp(sandbox.app);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
});

const page = readFileSync(new URL('api.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, script = '']) => script);

it.each(examples)('runs as the API guide shows it: %s', async (script) => {
  // What fails must be seen, and nothing be written beside the code.
  const strict = script.replaceAll(/curl -\w+/g, 'curl -sSf').replaceAll(/ -o \S+/g, '');
  const { stdout } = await execa('bash', ['-ec', strict], { env: { API: server.url } });
  expect(stdout).not.toBe('');
});

it('has examples', () => expect(examples.length).toBeGreaterThan(5));
