import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { createApiSandbox } from '../api/testing/api-sandbox.ts';
import { serveApp } from '../api/testing/serve-app.ts';
import { sampleBuilds } from '../stack/samples/publish.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';

const sandbox = forAllTests(createApiSandbox);
const server = forAllTests(() => serveApp(sandbox.app));
beforeAll(() => sandbox.add([...sampleBuilds(100, new Date())].map(({ body }) => body)));

const page = readFileSync(new URL('api.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, script = '']) => script);

it.each(examples)('runs as the API guide shows it: %s', async (script) => {
  // What fails must be seen, and nothing be written beside the code.
  const strict = script.replaceAll(/curl -\w+/g, 'curl -sSf').replaceAll(/ -o \S+/g, '');
  const { stdout } = await execa('bash', ['-ec', strict], { env: { API: server.url } });
  expect(stdout).not.toBe('');
});

it('has examples', () => expect(examples.length).toBeGreaterThan(5));
