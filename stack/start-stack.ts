import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureGuardian, keepAtEnd, removeAtEnd } from './guardian.ts';
import { type Lock, LockedError, takeLock } from './lock.ts';
import { setLogAside } from './log-tail.ts';
import type { ExitStatus } from './managed-process.ts';
import { type StackPaths, stackPaths } from './paths.ts';
import { externalService, type LocalService, type Service, startLocalService } from './service.ts';
import { findAws } from './services/aws.ts';
import { findElasticsearch } from './services/elasticsearch.ts';
import { findPostgres } from './services/postgres.ts';
import { type ServiceName, type Source, type SourceContext, serviceNames } from './services/source.ts';
import { findTemporal } from './services/temporal.ts';
import { readSettings } from './settings.ts';
import { type Report, runTasks, type Task } from './tasks.ts';

export interface StackOptions {
  /** Data, logs, env file and lock of this stack. One stack runs over it at a time. */
  readonly stateDir: string;
  /** Downloads and builds, which survive a reset; any number of stacks may share it. */
  readonly cacheDir: string;
  /** Default `auto`. */
  readonly report?: Report;
  /** True keeps the data for the next start; false begins empty and leaves no data behind. */
  readonly persistent: boolean;
  /** Where settings and service addresses are read from; default is this process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Aborting stops what was started so far and makes startStack throw the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told when a service ends without having been asked to. */
  readonly onCrash?: (service: Service, status: ExitStatus) => void;
}

/** A running stack. */
export interface Stack {
  /** The addresses and credentials of all services, under their standard names. */
  readonly env: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly paths: StackPaths;
  /** Stops what was started here and gives up the state folder. Calling it again is no error. */
  stop(): Promise<void>;
}

const titles: Readonly<Record<ServiceName, string>> = {
  postgres: 'PostgreSQL',
  elasticsearch: 'Elasticsearch',
  temporal: 'Temporal',
  aws: 'S3 and SQS',
};

const finders: Readonly<Record<ServiceName, (context: SourceContext) => Promise<Source>>> = {
  postgres: findPostgres,
  elasticsearch: findElasticsearch,
  temporal: findTemporal,
  aws: findAws,
};

/**
 * Brings up every service, each from its address in the environment, a program on the PATH or a package, and resolves
 * once all are healthy. Should this process die, even by `kill -9`, its guardian stops them.
 * Throws one error for everything that is missing or failed; nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const paths = stackPaths(options.stateDir);
  const lock = await lockState(paths, options.signal);
  const local: LocalService[] = [];
  const release = async () => {
    // All at once, but for those that the others talk to: none of them talks to another.
    await Promise.all(local.map((service) => service.dispose()));
    if (!options.persistent) rmSync(paths.dataRoot, { recursive: true, force: true });
    lock.release();
    keepAtEnd(paths.lockFile);
    keepAtEnd(paths.envFile);
  };
  try {
    if (!options.persistent) rmSync(paths.dataRoot, { recursive: true, force: true });
    const settings = readSettings(options.environment);
    const sources = await findSources(options, paths);
    const running = new Map<ServiceName, { service: Service; env: Readonly<Record<string, string>> }>();
    const tasks = sources.map(
      ({ name, source, context }): Task => ({
        title: titles[name],
        async run(note, signal) {
          if (source.kind === 'external') {
            await source.check();
            running.set(name, { service: externalService(titles[name], source), env: source.env });
            return `healthy at ${source.from}`;
          }
          const prepared = { ...context, note, signal };
          note(source.from);
          await source.prepare(prepared);
          signal.throwIfAborted();
          note(`starting ${source.from}`);
          const logFile = join(paths.logsDir, `${name}.log`);
          setLogAside(logFile);
          const service = await startLocalService({
            name: titles[name],
            source,
            context: prepared,
            logFile,
            portReservationDir: settings.portReservationDir,
            onCrash: options.onCrash,
          });
          local.push(service);
          running.set(name, { service, env: service.env });
          return `${source.from}, healthy at ${service.url}`;
        },
      }),
    );
    await runTasks(tasks, options.report ?? 'auto', options.signal);
    let stopping: Promise<void> | undefined;
    return {
      env: Object.assign({}, ...serviceNames.map((name) => running.get(name)?.env)),
      services: {
        postgres: serviceOf(running, 'postgres'),
        elasticsearch: serviceOf(running, 'elasticsearch'),
        temporal: serviceOf(running, 'temporal'),
        aws: serviceOf(running, 'aws'),
      },
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

/** Downloads and builds what startStack would, and starts nothing. Throws as startStack does. */
export async function prepareStack(options: Omit<StackOptions, 'persistent' | 'onCrash'>): Promise<void> {
  const paths = stackPaths(options.stateDir);
  const sources = await findSources({ ...options, persistent: true }, paths);
  const tasks = sources.map(
    ({ name, source, context }): Task => ({
      title: titles[name],
      async run(note, signal) {
        if (source.kind === 'local') await source.prepare({ ...context, note, signal });
        return source.from;
      },
    }),
  );
  await runTasks(tasks, options.report ?? 'auto', options.signal);
}

/** All sources, or one error that lists everything that is missing, before anything long begins. */
async function findSources(options: StackOptions, paths: StackPaths) {
  const settings = readSettings(options.environment);
  const cacheDir = resolve(options.cacheDir);
  mkdirSync(paths.logsDir, { recursive: true });
  const found = await Promise.all(
    serviceNames.map(async (name) => {
      const dataDir = join(paths.dataRoot, name);
      const context: SourceContext = {
        settings,
        cacheDir,
        dataDir,
        logsDir: paths.logsDir,
        persistent: options.persistent,
      };
      return { name, context, source: await finders[name](context) };
    }),
  );
  const missing = found.flatMap(({ source }) => (source.kind === 'missing' ? [source.needs] : []));
  if (missing.length > 0) {
    throw new Error(
      `The local services cannot be started yet:\n${missing.map((needs) => `- ${needs}`).join('\n')}`,
    );
  }
  return found.flatMap(({ name, context, source }) =>
    source.kind === 'missing' ? [] : [{ name, context, source }],
  );
}

async function lockState(paths: StackPaths, signal: AbortSignal | undefined): Promise<Lock> {
  const guardian = ensureGuardian();
  // A killed launcher's guardian may still be stopping its services: that takes seconds and is worth the wait.
  for (const deadline = Date.now() + 30_000; ; ) {
    try {
      const lock = takeLock(paths.lockFile, guardian);
      removeAtEnd(paths.lockFile);
      removeAtEnd(paths.envFile);
      return lock;
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      signal?.throwIfAborted();
      const { holder, since } = error.owner;
      const isDying = error.isHolderDead && Date.now() < deadline;
      if (!isDying) {
        throw new Error(
          `A stack is running over ${paths.stateDir} already: process ${holder.pid}, since ${since}. Stop it (Ctrl-C there, or kill ${holder.pid}), or use another state folder.`,
        );
      }
      await new Promise((next) => setTimeout(next, 200));
    }
  }
}

function serviceOf(running: ReadonlyMap<ServiceName, { service: Service }>, name: ServiceName): Service {
  const entry = running.get(name);
  if (!entry) throw new Error(`${titles[name]} was not started.`);
  return entry.service;
}
