import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childEnvironment } from '../config/config.ts';
import { type ApiSandbox, createApiSandbox } from './testing/api-sandbox.ts';
import { pythonEnvironment } from './testing/python-environment.ts';
import { recordedObjects } from './testing/recorded.ts';
import { type ServedApp, serveApp } from './testing/serve-app.ts';

let bin: string;
let sandbox: ApiSandbox;
let served: ServedApp;
beforeAll(async () => {
  // Mozilla's library for its data sources, as it is on PyPI, pointed at this API.
  bin = await pythonEnvironment('libmozdata==0.2.20');
  sandbox = await createApiSandbox();
  await sandbox.add(recordedObjects());
  served = await serveApp(sandbox.app);
}, 300_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

interface Results {
  all_versions: string[];
  nightly_versions: string[];
  versions_that_begin: string[];
  build_ids: string[];
  build_ids_that_begin: string[];
  few_build_ids: string[];
  bad_request: boolean;
}

/** What the library is to read, taken from the objects themselves. */
function expected(field: (build: Build) => string | undefined, keep: (build: Build) => boolean = () => true) {
  const values = recordedObjects().flatMap((text) => {
    const build = JSON.parse(text) as Build;
    const twin = { ...build, target: { ...build.target, channel: 'beta' } };
    const isRelease = build.source.product === 'firefox' && build.target.channel === 'release';
    return (isRelease ? [build, twin] : [build]).filter(keep).map(field);
  });
  return [...new Set(values)].filter((value) => value !== undefined).toSorted();
}

interface Build {
  build: { id?: string };
  source: { product: string };
  target: { channel: string; version: string };
}

const version = ({ target }: Build) => target.version;
const buildId = ({ build }: Build) => build.id;

it('libmozdata reads what was published', async () => {
  const { stdout } = await execa(
    join(bin, 'python'),
    [join(import.meta.dirname, 'testing', 'ask-with-libmozdata.py')],
    {
      env: childEnvironment({ BUILDHUB_SEARCH_URL: `${served.url}/api/search`, NO_PROXY: '127.0.0.1' }),
      extendEnv: false,
    },
  );
  const results = JSON.parse(stdout) as Results;
  expect(results.all_versions.toSorted()).toEqual(expected(version));
  expect(results.nightly_versions.toSorted()).toEqual(
    expected(version, ({ source, target }) => source.product === 'firefox' && target.channel === 'nightly'),
  );
  expect(results.versions_that_begin.toSorted()).toEqual(
    expected(
      version,
      ({ source, target }) => source.product === 'firefox' && target.version.startsWith('66.0b1'),
    ),
  );
  const betas = expected(
    buildId,
    ({ source, target }) => source.product === 'firefox' && target.channel === 'beta',
  );
  expect(results.build_ids).toEqual(betas.toReversed());
  expect(results.build_ids_that_begin).toEqual(
    expected(buildId, ({ build }) => build.id?.startsWith('201811') ?? false).toReversed(),
  );
  expect(results.few_build_ids).toEqual(expected(buildId).toReversed().slice(0, 2));
  expect(results.bad_request).toBe(true);
});
