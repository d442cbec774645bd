import { existsSync } from 'node:fs';
import { lastLines } from './log-tail.ts';
import { type ExitStatus, type ManagedProcess, ProcessFailedError, spawnManaged } from './managed-process.ts';
import { type ReservedPort, reservePort } from './ports.ts';
import type { ExternalSource, LocalSource, Ports, PrepareContext } from './services/source.ts';

/** One service of a running stack. What the fault tests do to it is here too. */
export interface Service {
  readonly name: string;
  /** Where it is, for people; without passwords. */
  readonly url: string;
  /** Undefined while it does not run, and for one that runs elsewhere. */
  readonly pid: number | undefined;
  /** Undefined for one that runs elsewhere. */
  readonly logFile: string | undefined;
  /** It runs elsewhere: it can be looked at but neither stopped nor started. */
  readonly external: boolean;
  /** Ends it in its own orderly way. One that does not run is no error. */
  stop(): Promise<void>;
  /** Starts it again on the same port over the same data (moto keeps its in memory: they are gone). */
  start(): Promise<void>;
  /** Ends it as a crash does: SIGKILL. */
  kill(): Promise<void>;
  /** Holds it still, as a machine that hangs: connections stay open, nothing answers. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
}

/** A service that this process started, with what the stack needs besides. */
export interface LocalService extends Service {
  readonly env: Readonly<Record<string, string>>;
  /** Stops it and gives its ports back. */
  dispose(): Promise<void>;
}

export interface LocalServiceOptions {
  readonly name: string;
  readonly source: LocalSource;
  readonly context: PrepareContext;
  readonly logFile: string;
  readonly portReservationDir: string;
  /** Told when it ends without having been asked to. */
  readonly onCrash?: ((service: Service, status: ExitStatus) => void) | undefined;
}

/** Starts a service and resolves once it is healthy. Throws ProcessFailedError, naming its log, when it is not. */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  for (let attempt = 1; ; attempt += 1) {
    const reserved = await reservePorts(options);
    try {
      const ports = Object.fromEntries(Object.entries(reserved).map(([name, { port }]) => [name, port]));
      return await startOn(options, ports, () => releasePorts(reserved));
    } catch (error) {
      releasePorts(reserved);
      // Between the look at a port and its use any program of this machine may take it.
      if (attempt === 3 || !(error instanceof ProcessFailedError) || !isPortConflict(options.logFile))
        throw error;
    }
  }
}

/** A service that runs elsewhere; its health was checked by its source. */
export function externalService(name: string, source: ExternalSource): Service {
  const refuse = () => {
    throw new Error(`${name} runs elsewhere, at ${source.from}: this process can neither stop nor start it.`);
  };
  return {
    name,
    url: source.url,
    pid: undefined,
    logFile: undefined,
    external: true,
    stop: async () => refuse(),
    start: async () => refuse(),
    kill: async () => refuse(),
    freeze: refuse,
    thaw: refuse,
  };
}

async function startOn(
  options: LocalServiceOptions,
  ports: Ports,
  release: () => void,
): Promise<LocalService> {
  const { name, source, context, logFile, onCrash } = options;
  let managed: ManagedProcess | undefined;
  let asked = false;

  const start = async (signal?: AbortSignal) => {
    if (managed?.running) return;
    asked = false;
    const started = await spawnManaged({ ...(await source.launch(context, ports)), name, logFile, signal });
    managed = started;
    void started.exited.then((status) => {
      if (!asked && managed === started) onCrash?.(service, status);
    });
    try {
      await source.afterReady?.(ports);
    } catch (error) {
      asked = true;
      await started.stop();
      throw error;
    }
  };
  const stop = async () => {
    asked = true;
    await managed?.stop();
  };
  const service: LocalService = {
    name,
    url: source.url(ports),
    logFile,
    external: false,
    env: source.env(ports),
    get pid() {
      return managed?.running ? managed.pid : undefined;
    },
    stop,
    start: () => start(),
    async kill() {
      asked = true;
      await managed?.kill();
    },
    freeze: () => managed?.freeze(),
    thaw: () => managed?.thaw(),
    async dispose() {
      await stop();
      release();
    },
  };
  await start(context.signal);
  return service;
}

async function reservePorts({
  source,
  portReservationDir,
}: LocalServiceOptions): Promise<Record<string, ReservedPort>> {
  const reserved: Record<string, ReservedPort> = {};
  for (const [name, preferred] of Object.entries(source.preferredPorts)) {
    reserved[name] = await reservePort(preferred, portReservationDir);
  }
  return reserved;
}

function releasePorts(reserved: Readonly<Record<string, ReservedPort>>): void {
  for (const port of Object.values(reserved)) port.release();
}

function isPortConflict(logFile: string): boolean {
  return (
    existsSync(logFile) &&
    /address already in use|in use by another|EADDRINUSE|BindException/i.test(lastLines(logFile, 30))
  );
}
