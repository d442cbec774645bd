import { existsSync, renameSync } from 'node:fs';
import { type ReservedPort, reservePort } from './lock.ts';
import { type ExitStatus, type ManagedProcess, spawnManaged } from './managed-process.ts';
import type { ExternalSource, LocalSource, PrepareContext } from './services/source.ts';

export interface Service {
  readonly name: string;
  /** Its address for people, without passwords. */
  readonly url: string;
  /** The addresses that it provides, by the name of the setting. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined while it does not run, and for one that runs elsewhere. */
  readonly pid: number | undefined;
  /** Undefined for one that runs elsewhere. */
  readonly logFile: string | undefined;
  /** Stops it gracefully. One that is not running is not an error. */
  stop(): Promise<void>;
  /** Starts it again on the same port over the same data (moto keeps its data in memory: they are gone). */
  start(): Promise<void>;
  /** Stops it and releases its ports. */
  dispose(): Promise<void>;
}

export interface LocalServiceOptions {
  readonly name: string;
  readonly source: LocalSource;
  readonly context: PrepareContext;
  readonly logFile: string;
  /** Held by its processes while any of them lives; see ManagedSpec. */
  readonly lockFile?: string;
  /** Called when it ends without having been asked to. */
  readonly onCrash?: ((service: Service, status: ExitStatus) => void) | undefined;
}

/** Starts a service and resolves once it is healthy. Throws when it is not, with the end of its log. */
export async function startLocalService(options: LocalServiceOptions): Promise<Service> {
  const { name, source, context, logFile, lockFile, onCrash } = options;
  // The log of the run before is kept as NAME.previous.log, so that a crash can still be investigated.
  if (existsSync(logFile)) renameSync(logFile, logFile.replace(/(\.log)?$/, '.previous.log'));
  const reserved: Record<string, ReservedPort> = {};
  for (const [title, preferred] of Object.entries(source.preferredPorts))
    reserved[title] = await reservePort(preferred);
  const ports = Object.fromEntries(Object.entries(reserved).map(([title, { port }]) => [title, port]));
  let managed: ManagedProcess | undefined;
  let isAsked = false;

  const start = async (signal?: AbortSignal) => {
    if (managed?.running) return;
    isAsked = false;
    const started = await spawnManaged({
      ...(await source.launch(context, ports)),
      name,
      logFile,
      lockFile,
      signal,
    });
    managed = started;
    void started.exited.then((status) => {
      if (!isAsked && managed === started) onCrash?.(service, status);
    });
    try {
      await source.afterReady?.(ports);
    } catch (error) {
      await service.stop();
      throw error;
    }
  };
  const service: Service = {
    name,
    url: source.url(ports),
    env: source.env(ports),
    logFile,
    get pid() {
      return managed?.running ? managed.pid : undefined;
    },
    async stop() {
      isAsked = true;
      await managed?.stop();
    },
    start: () => start(),
    async dispose() {
      await service.stop();
      for (const port of Object.values(reserved)) port.release();
    },
  };
  try {
    await start(context.signal);
    return service;
  } catch (error) {
    await service.dispose();
    throw error;
  }
}

/** A service that runs elsewhere. Throws when it cannot be used, with what to do about it. */
export async function externalService(name: string, source: ExternalSource): Promise<Service> {
  try {
    await source.check();
  } catch (error) {
    throw new Error(
      `${name} at ${source.from} cannot be used: ${reasonOf(error)}. Start it, correct the setting, or unset it to have one started here.`,
    );
  }
  const refuse = async () => {
    throw new Error(`${name} runs elsewhere, at ${source.from}: this process can neither stop nor start it.`);
  };
  return {
    name,
    url: source.url,
    env: source.env,
    pid: undefined,
    logFile: undefined,
    stop: refuse,
    start: refuse,
    dispose: async () => undefined,
  };
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause instanceof Error) return reasonOf(cause.cause);
  const inner = cause instanceof AggregateError ? cause.errors[0] : undefined;
  return cause.message || (inner ? reasonOf(inner) : cause.name);
}
