import { join } from 'node:path';
import { defaultFolders, stackPaths } from '../stack/paths.ts';
import { type Service, startLocalService } from '../stack/service.ts';
import type { LocalSource, Source } from '../stack/services/source.ts';
import { readSettings } from '../stack/settings.ts';
import { startStack } from '../stack/start-stack.ts';
import { runTasks } from '../stack/tasks.ts';
import { environmentWithoutServices } from '../tests/fixture/own-stack.ts';
import { findElasticMq } from './elasticmq/elasticmq.ts';
import { findGoFakeS3 } from './gofakes3/gofakes3.ts';

/** The services of a benchmark: its own stack, with a faster S3 and SQS than the stack's. */
export interface BenchServices extends AsyncDisposable {
  /** Their addresses, under the names of the configuration. */
  readonly env: Readonly<Record<string, string>>;
  /** The process of each service, by the name that a report shows. */
  readonly pids: Readonly<Record<string, number>>;
  readonly logsDir: string;
}

/**
 * Starts everything that a benchmark measures against, with empty stores, below `.stack/bench`. Addresses of services
 * in this process's environment are not used.
 *
 * @throws one error for all that is missing; nothing is left running then
 */
export async function startBenchServices(signal: AbortSignal): Promise<BenchServices> {
  await using started = new AsyncDisposableStack();
  const { cacheDir } = defaultFolders();
  const stateDir = join(defaultFolders().stateDir, 'bench');
  const { logsDir, dataRoot } = stackPaths(stateDir);
  const environment = environmentWithoutServices();
  const settings = readSettings(environment);
  const context = { settings, cacheDir, logsDir, dataDir: join(dataRoot, 'bench'), persistent: false };
  const sources = local({ SQS: await findElasticMq(context), S3: await findGoFakeS3(context) });

  const running = new Map<string, Service>();
  const tasks = sources.map(([name, source]) => ({
    title: name,
    run: async (note: (text: string) => void, aborted: AbortSignal) => {
      const prepared = { ...context, note, signal: aborted };
      await source.prepare(prepared);
      const service = await startLocalService({
        name,
        source,
        context: prepared,
        logFile: join(logsDir, `${name.toLowerCase()}.log`),
      });
      started.defer(() => service.dispose());
      running.set(name, service);
      return `${source.from}, at ${service.url}`;
    },
  }));
  await runTasks(tasks, 'auto', signal);
  const addresses = Object.assign({}, ...[...running.values()].map(({ env }) => env));
  const stack = await startStack({
    stateDir,
    cacheDir,
    persistent: false,
    environment: { ...environment, ...addresses },
    signal,
  });
  started.defer(() => stack.stop());

  const { temporal, elasticsearch, postgres } = stack.services;
  const services = { Temporal: temporal, Elasticsearch: elasticsearch, PostgreSQL: postgres };
  const resources = started.move();
  return {
    env: stack.env,
    logsDir,
    pids: Object.fromEntries(
      [...Object.entries(services), ...running].flatMap(([name, { pid }]) => (pid ? [[name, pid]] : [])),
    ),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function local(sources: Readonly<Record<string, Source>>): [string, LocalSource][] {
  const missing = Object.values(sources).flatMap((source) =>
    source.kind === 'missing' ? [source.needs] : [],
  );
  if (missing.length > 0) throw new Error(`The benchmark cannot start yet:\n- ${missing.join('\n- ')}`);
  return Object.entries(sources).flatMap(([name, source]) =>
    source.kind === 'local' ? [[name, source] as [string, LocalSource]] : [],
  );
}
