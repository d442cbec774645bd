import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Lock, lockHolder, takeLock } from './lock.ts';
import type { ExitStatus } from './managed-process.ts';
import { type StackPaths, stackPaths } from './paths.ts';
import { externalService, type Service, startLocalService } from './service.ts';
import { findAws } from './services/aws.ts';
import { findElasticsearch } from './services/elasticsearch.ts';
import { findPostgres } from './services/postgres.ts';
import type { SourceContext } from './services/source.ts';
import { findTemporal } from './services/temporal.ts';
import { readSettings } from './settings.ts';
import { type Report, runTasks, type Task } from './tasks.ts';

export interface StackOptions {
  /** Data, logs and env file of this stack. One stack runs over it at a time. */
  readonly stateDir: string;
  /** Downloads, which survive a reset; any number of stacks may share it. */
  readonly cacheDir: string;
  /** Default `auto`. */
  readonly report?: Report;
  /** True keeps the data for the next start; false begins empty and leaves no data behind. */
  readonly persistent: boolean;
  /** Start with little CPU time rather than be fast once warm. Not for what is measured. Default false. */
  readonly forTests?: boolean;
  /** Source of settings and service addresses; default is this process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Aborting stops what was started so far and makes startStack throw the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called when a service ends without having been asked to. */
  readonly onCrash?: (service: Service, status: ExitStatus) => void;
}

export interface Stack {
  /** The addresses and credentials of all services, under their standard names. */
  readonly env: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly paths: StackPaths;
  /** Stops what was started here and releases the state folder. Calling it again is not an error. */
  stop(): Promise<void>;
}

const parts = {
  postgres: { title: 'PostgreSQL', find: findPostgres },
  elasticsearch: { title: 'Elasticsearch', find: findElasticsearch },
  temporal: { title: 'Temporal', find: findTemporal },
  aws: { title: 'S3 and SQS', find: findAws },
};
type ServiceName = keyof typeof parts;
const serviceNames = Object.keys(parts) as ServiceName[];

/**
 * Brings up every service, each from its address in the environment, a program on the PATH or a package, and resolves
 * once all are healthy. They end with this process, however it ends.
 * Throws one error for everything that is missing or failed; nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const paths = stackPaths(options.stateDir);
  const lock = await lockState(paths);
  const running = new Map<ServiceName, Service>();
  const removeData = () => {
    if (!options.persistent) rmSync(paths.dataRoot, { recursive: true, force: true });
  };
  const release = async () => {
    await Promise.all([...running.values()].map((service) => service.dispose()));
    removeData();
    lock.release();
  };
  try {
    removeData();
    rmSync(paths.envFile, { force: true });
    const tasks = (await findSources(options, paths)).map(
      ({ name, title, source, context }): Task => ({
        title,
        async run(note, signal) {
          if (source.kind === 'external') {
            running.set(name, await externalService(title, source));
            return `healthy at ${source.from}`;
          }
          const prepared = { ...context, note, signal };
          await source.prepare(prepared);
          signal.throwIfAborted();
          const service = await startLocalService({
            name: title,
            source,
            context: prepared,
            logFile: join(paths.logsDir, `${name}.log`),
            lockFile: paths.lockFile,
            onCrash: options.onCrash,
          });
          running.set(name, service);
          return `${source.from}, healthy at ${service.url}`;
        },
      }),
    );
    await runTasks(tasks, options.report ?? 'auto', options.signal);
    let stopping: Promise<void> | undefined;
    return {
      env: Object.assign({}, ...serviceNames.map((name) => running.get(name)?.env)),
      services: Object.fromEntries(running) as Record<ServiceName, Service>,
      paths,
      stop() {
        stopping ??= release();
        return stopping;
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Deletes the data, logs and env file of a stack that is not running; downloads stay.
 * Throws while a stack runs over the folder.
 */
export async function resetStack(stateDir: string): Promise<void> {
  const paths = stackPaths(stateDir);
  const lock = await lockState(paths);
  for (const path of [paths.dataRoot, paths.logsDir, paths.envFile])
    rmSync(path, { recursive: true, force: true });
  lock.release();
}

/** All sources, or one error that lists everything that is missing, before anything long begins. */
async function findSources(options: StackOptions, paths: StackPaths) {
  const settings = readSettings(options.environment);
  const found = await Promise.all(
    serviceNames.map(async (name) => {
      const context: SourceContext = {
        settings,
        cacheDir: resolve(options.cacheDir),
        dataDir: join(paths.dataRoot, name),
        logsDir: paths.logsDir,
        persistent: options.persistent,
        forTests: options.forTests ?? false,
      };
      const { title, find } = parts[name];
      return { name, title, context, source: await find(context) };
    }),
  );
  const missing = found.flatMap(({ source }) => (source.kind === 'missing' ? [`- ${source.needs}\n`] : []));
  if (missing.length > 0) throw new Error(`The local services cannot be started yet:\n${missing.join('')}`);
  return found.flatMap(({ source, ...part }) => (source.kind === 'missing' ? [] : [{ ...part, source }]));
}

async function lockState({ stateDir, lockFile }: StackPaths): Promise<Lock> {
  const lock = await takeLock(stateDir);
  if (!lock) {
    const pid = await lockHolder(stateDir);
    const stop = pid === undefined ? 'It may be suspended: fg, then Ctrl-C' : `Ctrl-C there, or kill ${pid}`;
    throw new Error(
      `A stack is running over ${stateDir} already. Stop it (${stop}), or use another state folder.`,
    );
  }
  mkdirSync(stateDir, { recursive: true });
  try {
    // After its launcher was killed, a service needs a moment to be gone.
    execFileSync('flock', ['--exclusive', '--timeout', '30', lockFile, 'true'], { stdio: 'ignore' });
    return lock;
  } catch (error) {
    lock.release();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error('The local services need flock and setpriv, of the package util-linux, on the PATH.');
    throw new Error(
      `A service of a former stack over ${stateDir} is still running: see "fuser ${lockFile}", and kill it.`,
    );
  }
}
