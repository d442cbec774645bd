import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listenHere } from '../tests/fixture/listen-here.ts';
import { findJdk, findPython, installElasticsearch, installOnce } from './downloads.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'downloads-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that prints this, in a folder of its own for the PATH. */
function program(path: string, prints: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${prints}'\n`);
  chmodSync(file, 0o755);
}

test('an installation appears whole or not at all, and what an interrupted one left is removed', async () => {
  mkdirSync(join(folder, 'tool.partial-999999999'));
  const failing = installOnce(folder, 'tool', async (into) => {
    writeFileSync(join(into, 'half'), '');
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(readdirSync(folder)).toEqual([]);
  let builds = 0;
  const build = async (into: string) => {
    builds += 1;
    writeFileSync(join(into, 'whole'), '');
  };
  const again = () => installOnce(folder, 'tool', build);
  for (const finished of [...(await Promise.all([again(), again()])), await again()])
    expect(finished).toBe(join(folder, 'tool'));
  expect(builds).toBe(1);
  expect(readdirSync(join(folder, 'tool'))).toEqual(['whole']);
});

test('Elasticsearch is refused if a file differs from the one that is locked', async () => {
  const jdk = { home: '/nowhere', version: '21' };
  await using server = await listenHere(createServer((_, response) => response.end('something else')));
  const env = { MAVEN_REPOSITORY_URL: `${server.url}/mirror/` };
  const installing = installElasticsearch({ cacheDir: folder, logsDir: folder, env }, jdk);
  await expect(installing).rejects.toThrow(
    /Could not download http:\/\/127\.0\.0\.1:\d+\/mirror\/.*\.jar: its SHA-256 is \w{64} and should be \w{64}.*MAVEN_REPOSITORY_URL/,
  );
  expect(readdirSync(folder)).toEqual([]);
});

describe('a program that is too old is named', () => {
  test('JDK', async () => {
    program('jdk/bin/javac', 'javac 17.0.15');
    const env = { JAVA_HOME: join(folder, 'jdk'), PATH: '/nowhere', HOME: folder };
    expect(await findJdk(env, 900)).toMatch(/ is version \d+/);
    expect(await findJdk(env, 17)).toEqual({ home: join(folder, 'jdk'), version: '17.0.15' });
  });

  test('Python', async () => {
    program('python3', 'Python 3.9.2');
    expect(await findPython({ PATH: folder })).toBe(`${join(folder, 'python3')} is 3.9`);
    program('python3', 'Python 3.12.1');
    expect(await findPython({ PATH: folder })).toEqual({ program: join(folder, 'python3'), version: '3.12' });
    expect(await findPython({ PATH: '/nowhere' })).toBe('none was found on the PATH');
  });
});
