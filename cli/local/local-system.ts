import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBucketAndQueue } from '../../aws/create-bucket-and-queue.ts';
import { childEnvironment, loadConfig } from '../../config/config.ts';
import { writeEnvFile } from '../../stack/env-file.ts';
import { reservePort } from '../../stack/lock.ts';
import { howEnded, type ManagedSpec, spawnManaged } from '../../stack/managed-process.ts';
import { defaultFolders } from '../../stack/paths.ts';
import { startStack } from '../../stack/start-stack.ts';
import { type Note, runTasks } from '../../stack/tasks.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { workflowBundle, workflowModules } from '../../worker/workflow-bundle.ts';
import { setUpStores } from '../setup.ts';
import { buildPage } from './build-page.ts';
import { publishAndWait } from './publish-and-wait.ts';

const main = join(import.meta.dirname, '..', 'main.ts');
const queueName = 'buildhub-s3-events';

/** A whole Buildhub on this machine: every service and every process, as they are deployed. */
export type LocalSystem = Awaited<ReturnType<typeof startLocalSystem>>;

/**
 * Starts services and processes, and prepares queue, bucket, tables, index and search attributes in between.
 *
 * @param stateDir for data, logs and env file, which are kept for the next start
 * @param samples builds to publish, and to wait for at the first start until a search finds them
 * @param onEvent receives what happens after the start, such as a process that is started again; a line for people
 */
export async function startLocalSystem(
  stateDir: string,
  samples: number,
  signal: AbortSignal,
  onEvent: (line: string) => void,
) {
  await using started = new AsyncDisposableStack();
  let stopping = false;
  // While the services start, which is more waiting than work.
  const page = buildPage();
  const workflows = workflowBundle(workflowModules(false));
  for (const built of [page, workflows]) built.catch(() => undefined);
  const stack = await startStack({
    stateDir,
    cacheDir: defaultFolders().cacheDir,
    persistent: true,
    signal,
    onCrash: (service, status) => {
      if (stopping) return;
      onEvent(`${service.name} exited unexpectedly (${howEnded(status)}) and is restarted.`);
      setTimeout(() => void revive().catch((error: Error) => onEvent(error.message)), 1_000);
      const revive = async () => {
        if (stopping) return;
        await service.start();
        // moto forgets everything when it ends.
        if (service === stack.services.aws)
          await createBucketAndQueue(loadConfig(childEnvironment(env)), queueName);
      };
    },
  });
  started.defer(() => stack.stop());

  const apiPort = await reservePort(8000);
  started.defer(() => apiPort.release());
  const workerPort = await reservePort(9464);
  started.defer(() => workerPort.release());
  let env: Record<string, string> = {
    ...stack.env,
    S3_BUCKET: 'buildhub',
    // A short poll costs nothing here, and Ctrl-C need not wait for a long one.
    SQS_WAIT_SECONDS: '2',
    TEMPORAL_TASK_QUEUE: 'buildhub',
    ELASTICSEARCH_INDEX: 'buildhub2',
    API_PORT: String(apiPort.port),
    API_URL: `http://127.0.0.1:${apiPort.port}`,
    // Otherwise a web page could reach the API under a name of its own that leads here (DNS rebinding).
    ALLOWED_HOSTS: 'localhost,127.0.0.1,[::1]',
    OPERATIONS_TOKEN: randomBytes(16).toString('hex'),
    WORKER_HTTP_PORT: String(workerPort.port),
    WORKER_URL: `http://127.0.0.1:${workerPort.port}`,
  };
  const start = async (name: string, readyUrl: string) => {
    const stop = await keepRunning(
      {
        name,
        command: process.execPath,
        args: [main, name],
        env: childEnvironment(env),
        logFile: join(stack.paths.logsDir, `${name}.log`),
        ready: async () => (await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) })).ok,
        stopTimeoutMs: 40_000,
      },
      onEvent,
    );
    started.defer(stop);
    return readyUrl.replace(/\/__.*/, '');
  };
  const prepare = async (note: (line: string) => void) => {
    const config = loadConfig(childEnvironment(env));
    const [{ queueUrl, deadLetterQueueUrl }] = await Promise.all([
      createBucketAndQueue(config, queueName),
      setUpStores(config, note),
      workflows,
    ]);
    env = { ...env, SQS_QUEUE_URL: queueUrl, SQS_DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl };
    return `queue ${queueName}, bucket ${env.S3_BUCKET}, tables, index, search attributes`;
  };
  const publishSamples = async (note: Note, aborted: AbortSignal) => {
    const config = loadConfig(childEnvironment(env));
    return await publishAndWait(config, samples, createLogger('start', 'warn'), note, onEvent, aborted);
  };
  await runTasks(
    [
      { title: 'Stores', run: prepare },
      { title: 'Web page', run: () => page },
    ],
    'auto',
    signal,
  );
  await runTasks(
    [
      { title: 'API', run: () => start('api', `${env.API_URL}/__lbheartbeat__`) },
      { title: 'Worker and poller', run: () => start('worker', `${env.WORKER_URL}/__heartbeat__`) },
      ...(samples > 0 ? [{ title: 'Sample builds', run: publishSamples }] : []),
    ],
    'auto',
    signal,
  );

  const { envFile } = stack.paths;
  writeEnvFile(envFile, env);
  started.defer(() => rmSync(envFile, { force: true }));
  const resources = started.move();
  return {
    config: loadConfig(childEnvironment(env)),
    /** Everything that another command needs to reach the system; also in the env file. */
    env,
    envFile,
    /** Stops everything in order; work in flight is finished. */
    async stop() {
      stopping = true;
      await resources.disposeAsync();
    },
  };
}

/**
 * Starts a process, and starts it again a second after it has crashed, as an orchestrator would.
 *
 * @param onRestart receives a line for people
 * @returns stops it permanently
 * @throws if the first start fails; the message names the log and shows its end
 */
async function keepRunning(
  spec: ManagedSpec,
  onRestart: (line: string) => void,
): Promise<() => Promise<void>> {
  let managed = await spawnManaged(spec);
  let stopping = false;
  const watch = async () => {
    for (;;) {
      const how = howEnded(await managed.exited);
      if (stopping) return;
      onRestart(`${spec.name} exited unexpectedly (${how}) and is restarted. Its log: ${spec.logFile}`);
      await sleep(1_000);
      if (stopping) return;
      await spawnManaged(spec).then(
        (next) => {
          managed = next;
        },
        (error: Error) => onRestart(error.message),
      );
      // Stopped while it was starting again.
      if (stopping) await managed.stop();
    }
  };
  const watching = watch();
  return async () => {
    stopping = true;
    await managed.stop();
    // It may have been starting again just now.
    await watching;
    await managed.stop();
  };
}
