import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { searchLimits } from '../api/search/request-budget.ts';
import { growSearch } from '../api/testing/hostile-search.ts';
import { mutateSearch, pageSearches } from '../api/testing/mutate-search.ts';
import { knownSearches } from '../api/testing/recorded.ts';
import { parseCount } from '../cli/input-flags.ts';
import { reportProgress } from '../cli/terminal.ts';
import { loadConfig } from '../config/config.ts';
import { ensureBuildIndex } from '../elasticsearch/build-index.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { setSearchDefences } from '../elasticsearch/search-defences.ts';
import { readBuilds } from '../schema/published-build.ts';
import { searchDocument } from '../schema/search/search-document.ts';
import { reservePort } from '../stack/lock.ts';
import { spawnManaged } from '../stack/managed-process.ts';
import { defaultFolders, stackPaths } from '../stack/paths.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import { startLocalService } from '../stack/service.ts';
import { findElasticsearch } from '../stack/services/elasticsearch.ts';
import { readSettings } from '../stack/settings.ts';
import { environmentWithoutServices } from '../tests/fixture/own-stack.ts';
import { describeMachine } from './measure/machine.ts';
import { percentile } from './measure/spread.ts';
import { fillIndex } from './search/fill-index.ts';

/** Milliseconds of CPU that the event loop may take without a break: on a busy machine it also waits for its turn. */
const longestStall = 100;
/** The memory of the API's pod (deploy/kubernetes/api.yaml), in MiB. Node gives half of it to the heap. */
const podMemory = 768;
/** Milliseconds from indexing a build until a search finds it. */
const longestRefresh = 2_000;

const options = new Command('npm run bench -- fuzz')
  .description(
    'Sends hostile requests to an API with the memory of its pod and an Elasticsearch with a heap of 512 MB, and watches ' +
      'both: no stall of the event loop above 100 ms, no 5xx but 503 with Retry-After, both alive and refreshing. ' +
      'Starts both. A body is made of its seed alone: `--seed SEED --bodies 1` sends one again.',
  )
  .option('--bodies <number>', 'requests', parseCount, 20_000)
  .option('--seed <number>', 'seed of the first body', parseCount, 1)
  .option('--clients <number>', 'requests at the same time', parseCount, 16)
  .option('--builds <number>', 'builds in the index', parseCount, 20_000)
  .option('--check-every <number>', 'requests between two checks that a new build is found', parseCount, 500)
  .option('--show', 'prints each request before it is sent')
  .parse()
  .opts<{ bodies: number; seed: number; clients: number; builds: number; checkEvery: number; show?: true }>();

const machine = describeMachine();
process.stdout.write(
  `${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}\n`,
);
await using resources = new AsyncDisposableStack();
const { logsDir, dataRoot } = stackPaths(join(defaultFolders().stateDir, 'fuzz'));
const environment = environmentWithoutServices();
const context = {
  settings: readSettings(environment),
  cacheDir: defaultFolders().cacheDir,
  logsDir,
  dataDir: join(dataRoot, `elasticsearch-${process.pid}`),
  persistent: false,
  forTests: false,
  note: () => undefined,
  signal: new AbortController().signal,
};
const source = await findElasticsearch(context);
if (source.kind !== 'local')
  throw new Error(source.kind === 'missing' ? source.needs : 'Unset ELASTICSEARCH_URL');
await source.prepare(context);
let elasticsearchEnd = '';
const service = await startLocalService({
  name: 'Elasticsearch',
  source,
  context,
  logFile: join(logsDir, 'elasticsearch.log'),
  onCrash: (_, { code, signal }) => {
    elasticsearchEnd = `Elasticsearch ended (${signal ?? code})`;
  },
});
resources.defer(() => service.dispose());
const port = await reservePort(8200);
resources.defer(() => port.release());
const stallLog = join(logsDir, `stalls-${process.pid}.jsonl`);
const env = {
  ...environment,
  ...service.env,
  API_PORT: String(port.port),
  LOG_LEVEL: 'warn',
  STALL_LOG: stallLog,
};
const config = loadConfig(env);
const client = createElasticsearchClient(config);
resources.defer(() => client.close());
const { index } = await ensureBuildIndex(client, config.ELASTICSEARCH_INDEX, '1s');
await setSearchDefences(client);
const filling = reportProgress('Filling the index', options.builds);
await fillIndex(client, index, options.builds, filling.update);
filling.end();
const api = `http://127.0.0.1:${port.port}`;
const server = await spawnManaged({
  name: 'API',
  command: process.execPath,
  args: [
    `--max-old-space-size=${podMemory / 2}`,
    '--import',
    join(import.meta.dirname, 'fuzz/stall-probe.ts'),
    join(import.meta.dirname, '../cli/main.ts'),
    'api',
  ],
  env,
  logFile: join(logsDir, 'fuzz-api.log'),
  ready: async () => (await fetch(`${api}/__lbheartbeat__`)).ok,
});
resources.defer(async () => void (await server.stop()));

const known = knownSearches();

interface HostileRequest {
  readonly path: string;
  readonly body: string;
}

function requestOf(seed: number): HostileRequest {
  switch (seed % 10) {
    case 0:
      return { path: '/api/searchkit', body: mutateSearch(pageSearches, seed) };
    case 1:
      return { path: '/api/export?limit=3000', body: mutateSearch(known, seed) };
    case 2:
      return { path: '/api/export?format=csv&limit=3000', body: growSearch(seed) };
    case 3:
    case 4:
    case 5:
      return { path: '/api/search', body: mutateSearch(known, seed) };
    default:
      return { path: '/api/search', body: growSearch(seed) };
  }
}

const statuses = new Map<string, number>();
const times: number[] = [];
const failures: string[] = [];
function fail(text: string): void {
  failures.push(text);
  process.stdout.write(`${text}\n`);
}

async function send(seed: number): Promise<void> {
  const { path, body } = requestOf(seed);
  if (options.show) process.stdout.write(`seed ${seed}: ${path} ${body.slice(0, 2_000)}\n`);
  const start = performance.now();
  let bytes = 0;
  try {
    const response = await fetch(api + path, { method: 'POST', body, signal: AbortSignal.timeout(60_000) });
    const { status } = response;
    let head = '';
    for await (const chunk of response.body ?? []) {
      if (bytes === 0) head = Buffer.from(chunk).toString('utf8', 0, 300);
      bytes += chunk.length;
    }
    const kind = `${status} ${path.replace(/\?.*/, '')}`;
    statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
    const isRefusal = status === 503 && response.headers.has('Retry-After');
    if (status >= 500 && !isRefusal) fail(`seed ${seed}: ${status} ${head}`);
    if (options.show) process.stdout.write(`seed ${seed}: ${status}, ${bytes} bytes, ${head}\n`);
  } catch (error) {
    // A body that is too large is not read to its end. A broken connection says that an export is not whole, or a response too large.
    const message = error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error);
    const isCutOff = path.startsWith('/api/export') || bytes > searchLimits.responseBytes / 2;
    const kind = `cut off ${path.replace(/\?.*/, '')}`;
    if (body.length > searchLimits.bodyBytes || (isCutOff && /terminated/.test(message)))
      statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
    else fail(`seed ${seed}: ${message}`);
  } finally {
    times.push(performance.now() - start);
  }
}

const builds = generateBuilds(1_000_000, new Date('2027-01-01T00:00:00Z'));
let nextId = 1_000_000_000;

/** Indexes one build and waits until the API finds it. */
async function checkAlive(): Promise<number> {
  const [build] = readBuilds(builds.next().value?.body ?? '');
  const id = String(nextId++);
  await client.index({ index, id, document: JSON.parse(searchDocument(id, build?.text ?? '')) as object });
  const start = performance.now();
  for (;;) {
    const response = await fetch(`${api}/api/search`, {
      method: 'POST',
      body: JSON.stringify({ query: { term: { id } }, _source: false }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const milliseconds = performance.now() - start;
    if (response.status === 200 && text.includes(`"_id":"${id}"`)) return milliseconds;
    if (milliseconds > 30_000)
      throw new Error(`The build ${id} is not found after 30 s: ${response.status} ${text.slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const refreshes: number[] = [];
let peakHeap = 0;
const progress = reportProgress('Sending', options.bodies);
for (let sent = 0; sent < options.bodies && failures.length < 20; ) {
  const until = Math.min(options.bodies, sent + options.checkEvery);
  const worker = async () => {
    while (sent < until) await send(options.seed + sent++);
  };
  await Promise.all(Array.from({ length: options.clients }, worker));
  if (elasticsearchEnd !== '' || !server.running) break;
  const refreshed = await checkAlive();
  refreshes.push(refreshed);
  if (refreshed > longestRefresh)
    fail(`A new build was found after ${refreshed.toFixed(0)} ms, around seed ${options.seed + sent}`);
  const { nodes } = await client.nodes.stats({ metric: 'jvm' });
  for (const { jvm } of Object.values(nodes)) peakHeap = Math.max(peakHeap, jvm?.mem?.heap_used_percent ?? 0);
  progress.update(sent);
}
progress.end();
if (elasticsearchEnd !== '') fail(elasticsearchEnd);
if (!server.running) fail('The API ended');

interface ProbeLine {
  at: number;
  stalled?: number;
  cpu?: number;
  rss?: number;
}
const lines = readFileSync(stallLog, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as ProbeLine)
  // The start of the process is not what is measured.
  .slice(2);
const stalls = lines.flatMap(({ at, stalled, cpu }) =>
  stalled === undefined ? [] : [{ at, stalled, cpu: cpu ?? 0 }],
);
for (const { at, stalled, cpu } of stalls)
  if (cpu > longestStall)
    fail(
      `The event loop stood still for ${stalled.toFixed(0)} ms (${cpu.toFixed(0)} ms of CPU) at ${new Date(at).toISOString()}`,
    );
const rss = Math.max(0, ...lines.map((line) => line.rss ?? 0)) / 2 ** 20;
if (rss > podMemory) fail(`The API took ${rss.toFixed(0)} MiB of memory`);

const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(2)} s`;
process.stdout.write(
  `${[
    `${times.length} requests from seed ${options.seed} on, ${options.clients} at a time, on ${options.builds} builds`,
    ...[...statuses].sort().map(([kind, count]) => `  ${String(count).padStart(6)}  ${kind}`),
    `Time of a request: p50 ${seconds(percentile(times, 50))}, p99 ${seconds(percentile(times, 99))}, longest ${seconds(Math.max(...times))}`,
    `Event loop: ${stalls.length} stalls above 50 ms, the longest ${Math.max(0, ...stalls.map(({ stalled }) => stalled)).toFixed(0)} ms, of CPU ${Math.max(0, ...stalls.map(({ cpu }) => cpu)).toFixed(0)} ms`,
    `Memory of the API: up to ${rss.toFixed(0)} of ${podMemory} MiB; heap of Elasticsearch: up to ${peakHeap}%`,
    `A new build was found after up to ${seconds(Math.max(0, ...refreshes))}, ${refreshes.length} times`,
    failures.length === 0
      ? 'Nothing is wrong.'
      : `${failures.length} failures:\n${failures.slice(0, 40).join('\n')}`,
  ].join('\n')}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
