import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { variables } from '../config/variables.ts';
import { loadedBy } from './loaded-files.ts';

const root = new URL('../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8').replaceAll(/\\\n/g, ' ');
const copied = instructions('COPY').flatMap((words) => words.slice(0, -1));

/** Words of each instruction of a kind, without those that copy from another stage. */
function instructions(kind: string): string[][] {
  return dockerfile
    .split('\n')
    .filter((line) => line.startsWith(`${kind} `) && !line.includes('--from='))
    .map((line) => line.split(/\s+/).slice(1));
}

const { files, packages } = loadedBy('cli/main.ts');

test('the search for what production loads finds what is known to be loaded', () => {
  for (const path of ['worker/run.ts', 'activities/ingest/index-builds.ts', 'workflows/index.ts']) {
    expect(files).toContain(path);
  }
  expect(files).toContain('schema/schema.yaml');
  expect(files).toContain('drizzle/migrations');
  expect([...packages.keys()]).toContain('@temporalio/worker');
});

test.each([...new Set([...files].map((path) => path.split('/')[0] ?? ''))])(
  '%s is in the image',
  (folder) => {
    if (folder === 'version.json') expect(dockerfile).toContain('> version.json');
    else if (folder === 'ui') expect(dockerfile).toMatch(/^COPY --from=page \/app\/ui\/dist ui\/dist$/m);
    else expect(copied, `add "COPY ${folder} ${folder}" to the Dockerfile`).toContain(folder);
  },
);

test.each(copied)('%s, which the Dockerfile copies, exists', (path) => {
  expect(existsSync(new URL(path, root))).toBe(true);
});

test.each([...packages])('%s, which %s loads, is a dependency that the image installs', (name, path) => {
  expect(
    Object.keys(manifest.dependencies),
    `cli/main.ts loads ${path} for every command. Import it when it is needed, or make ${name} a dependency`,
  ).toContain(name);
});

test('the image is built on one version of the Node that this runs on', () => {
  const [, version] = /^ARG NODE_IMAGE=node:(\d+\.\d+\.\d+)-[a-z]+-slim/m.exec(dockerfile) ?? [];
  expect(version?.split('.')[0]).toBe(process.versions.node.split('.')[0]);
  expect(instructions('FROM').every(([image]) => image === `\${NODE_IMAGE}`)).toBe(true);
});

test('the image does not run as root', () => {
  expect(instructions('USER')).toEqual([['10001:10001']]);
});

test('the variables that the image sets exist, and their values are accepted', () => {
  const set = instructions('ENV')
    .flat()
    .filter((word) => !word.startsWith('NODE_ENV='));
  const env = Object.fromEntries(set.map((word) => word.split('=') as [string, string]));
  expect(Object.keys(variables)).toEqual(expect.arrayContaining(Object.keys(env)));
  const { API_HOST, API_PORT, WORKER_HTTP_HOST, WORKER_HTTP_PORT } = loadConfig(env);
  expect([API_HOST, WORKER_HTTP_HOST]).toEqual(['0.0.0.0', '0.0.0.0']);
  expect(instructions('EXPOSE').flat()).toEqual([String(API_PORT), String(WORKER_HTTP_PORT)]);
});

test('the image starts the command line', () => {
  const [, path = ''] = /^ENTRYPOINT \["node", "\/app\/(.*)"\]$/m.exec(dockerfile) ?? [];
  expect(existsSync(fileURLToPath(new URL(path, root)))).toBe(true);
  expect(dockerfile).toMatch(/^WORKDIR \/app$/m);
});
