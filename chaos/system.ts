import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { findElasticMq } from '../bench/elasticmq/elasticmq.ts';
import { childEnvironment } from '../config/config.ts';
import { reservePort } from '../stack/lock.ts';
import { type ManagedProcess, spawnManaged } from '../stack/managed-process.ts';
import { defaultFolders } from '../stack/paths.ts';
import { type Service, startLocalService } from '../stack/service.ts';
import { readSettings } from '../stack/settings.ts';
import { type Stack, startStack } from '../stack/start-stack.ts';
import { thaw } from '../stack/testing/faults.ts';
import { environmentWithoutServices } from '../tests/fixture/own-stack.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';
import { type EdgeName, edgeNames, type ProcessName, processNames, type ServiceName } from './plan-faults.ts';
import { type EdgeProxy, startEdgeProxy } from './proxy.ts';

const root = join(import.meta.dirname, '..');

/** A whole Buildhub whose every process and connection can be broken. */
export interface ChaosSystem extends AsyncDisposable {
  readonly stack: Stack;
  readonly services: Readonly<Record<ServiceName, Service>>;
  /** Clients that reach the services directly, for the load and the checks. */
  readonly sandbox: Sandbox;
  readonly proxies: Readonly<Record<EdgeName, EdgeProxy>>;
  readonly processes: Readonly<Record<ProcessName, ChaosProcess>>;
  /** Addresses of the two APIs. */
  readonly apis: readonly string[];
  readonly token: string;
}

const token = 'the-token-of-the-fault-suite';

const commands: Readonly<Record<ProcessName, readonly string[]>> = {
  'worker-and-poller': ['worker'],
  worker: ['worker', '--no-poller'],
  poller: ['poller'],
  'api-1': ['api'],
  'api-2': ['api'],
};

/**
 * Starts services of its own, below `.stack/chaos`, a proxy in front of each, and the processes. No event of S3 reaches
 * the queue: the load sends them, so that it can send them late, twice, or never.
 */
export async function startSystem(note: (line: string) => void): Promise<ChaosSystem> {
  await using started = new AsyncDisposableStack();
  note('Starting the services');
  const stack = await startStack({
    stateDir: join(defaultFolders().stateDir, 'chaos'),
    cacheDir: defaultFolders().cacheDir,
    persistent: false,
    report: 'silent',
    environment: environmentWithoutServices(),
    onCrash: (service, { code, signal }) => {
      note(`${service.name} ended unexpectedly (${signal ?? code}), and is started again`);
      void service.start();
    },
  });
  started.defer(() => stack.stop());
  const sqs = await startQueueService(stack);
  started.defer(() => sqs.dispose());
  const sandbox = started.use(await createSandbox({ ...stack.env, ...sqs.env }));
  const { S3_BUCKET: Bucket } = sandbox.config;
  await sandbox.s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
  );
  const proxies = {} as Record<EdgeName, EdgeProxy>;
  for (const edge of edgeNames)
    proxies[edge] = started.use(await startEdgeProxy(portOf(sandbox.env[variables[edge]] ?? '')));
  const through = (edge: EdgeName, address: string | undefined) =>
    (address ?? '').replace(/:\d+(?=\/|$)/, `:${proxies[edge].port}`);
  const env = {
    ...sandbox.env,
    ...Object.fromEntries(
      edgeNames.map((edge) => [variables[edge], through(edge, sandbox.env[variables[edge]])]),
    ),
    SQS_QUEUE_URL: through('sqs', sandbox.env.SQS_QUEUE_URL),
    SQS_DEAD_LETTER_QUEUE_URL: through('sqs', sandbox.env.SQS_DEAD_LETTER_QUEUE_URL),
    ELASTICSEARCH_REFRESH_INTERVAL: '200ms',
    OPERATIONS_TOKEN: token,
    // One search returns all ids, of one moment.
    MAX_SEARCH_SIZE: '10000',
    LOG_LEVEL: 'warn',
  };
  const ports: Partial<Record<ProcessName, number>> = {};
  for (const name of ['api-1', 'api-2'] as const) {
    const reserved = await reservePort(8_100);
    started.defer(() => reserved.release());
    ports[name] = reserved.port;
  }
  const processes = {} as Record<ProcessName, ChaosProcess>;
  for (const name of processNames) {
    const port = ports[name];
    const own = port === undefined ? env : { ...env, API_PORT: String(port) };
    processes[name] = new ChaosProcess(name, own, join(stack.paths.logsDir, `${name}.log`), note);
    started.defer(() => processes[name].stop());
    await processes[name].start();
  }
  const apis = Object.values(ports).map((port) => `http://127.0.0.1:${port}`);
  const { aws: s3, ...others } = stack.services;
  const services = { ...others, s3, sqs };
  started.defer(() => {
    // What is frozen could not be stopped.
    for (const target of [...Object.values(services), ...Object.values(processes)]) thaw(target);
  });
  const resources = started.move();
  return {
    services,
    ...{ stack, sandbox, proxies, processes, apis, token },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The SQS of the benchmarks: moto, which is the stack's, cannot keep up with receivers that come and go. */
async function startQueueService({ paths }: Stack): Promise<Service> {
  const { cacheDir } = defaultFolders();
  const settings = readSettings(environmentWithoutServices());
  const { logsDir, dataRoot } = paths;
  const own = { settings, cacheDir, logsDir, dataDir: join(dataRoot, 'sqs'), persistent: false };
  const source = await findElasticMq(own);
  if (source.kind !== 'local') throw new Error(source.kind === 'missing' ? source.needs : source.from);
  const context = { ...own, note: () => undefined };
  await source.prepare(context);
  return await startLocalService({ name: 'SQS', source, context, logFile: join(logsDir, 'sqs.log') });
}

const variables: Readonly<Record<EdgeName, string>> = {
  postgres: 'DATABASE_URL',
  elasticsearch: 'ELASTICSEARCH_URL',
  temporal: 'TEMPORAL_ADDRESS',
  s3: 'AWS_ENDPOINT_URL_S3',
  sqs: 'AWS_ENDPOINT_URL_SQS',
};

function portOf(address: string): number {
  const [, port] = /:(\d+)(?=\/|$)/.exec(address) ?? [];
  if (port === undefined) throw new Error(`${address} names no port`);
  return Number(port);
}

/** A process of Buildhub. One that crashes is started again a second later, as an orchestrator does. */
export class ChaosProcess {
  readonly #name: ProcessName;
  readonly #env: Readonly<Record<string, string>>;
  readonly #logFile: string;
  readonly #note: (line: string) => void;
  #managed: ManagedProcess | undefined;
  #isWanted = false;

  constructor(
    name: ProcessName,
    env: Readonly<Record<string, string>>,
    logFile: string,
    note: (line: string) => void,
  ) {
    this.#name = name;
    this.#env = env;
    this.#logFile = logFile;
    this.#note = note;
  }

  /** How often it has ended without having been asked to. */
  crashes = 0;

  get pid(): number | undefined {
    return this.#managed?.running ? this.#managed.pid : undefined;
  }

  async start(): Promise<void> {
    this.#isWanted = true;
    if (this.#managed?.running) return;
    const managed = await spawnManaged({
      name: this.#name,
      command: process.execPath,
      args: [join(root, 'cli/main.ts'), ...commands[this.#name]],
      env: childEnvironment({ ...this.#env }),
      logFile: this.#logFile,
      stopTimeoutMs: 40_000,
    });
    this.#managed = managed;
    void managed.exited.then(async ({ code, signal }) => {
      if (!this.#isWanted) return;
      this.crashes += 1;
      this.#note(`${this.#name} crashed (${signal ?? `exit code ${code}`}); its log: ${this.#logFile}`);
      await sleep(1_000);
      if (this.#isWanted) await this.start();
    });
  }

  /** SIGTERM; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#managed?.stop();
  }
}
