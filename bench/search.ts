import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { checkSearch } from '../api/search/check-search.ts';
import { parseCount } from '../cli/input-flags.ts';
import { setUpStores } from '../cli/setup.ts';
import { reportProgress } from '../cli/terminal.ts';
import { loadConfig } from '../config/config.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { reservePort } from '../stack/lock.ts';
import { spawnManaged } from '../stack/managed-process.ts';
import { environmentWithoutServices, startOwnStack } from '../tests/fixture/own-stack.ts';
import { describeMachine } from './measure/machine.ts';
import { percentile } from './measure/spread.ts';
import { formatTable } from './measure/table.ts';
import { fillIndex } from './search/fill-index.ts';
import { type LoadResult, load } from './search/load.ts';
import { queries } from './search/queries.ts';

const options = new Command('npm run bench -- search')
  .description(
    'How fast /api/search responds, next to the same searches straight against Elasticsearch and through a proxy that ' +
      'does nothing but pass them on, in turns. Starts all services itself.',
  )
  .option('--builds <number>', 'builds in the index', parseCount, 200_000)
  .option('--rounds <number>', 'rounds; each measures every search on both once', parseCount, 3)
  .option('--seconds <number>', 'seconds of each measurement', parseCount, 4)
  .option(
    '--connections <numbers>',
    'numbers of connections',
    (text) => text.split(',').map(parseCount),
    [1, 8, 32],
  )
  .parse()
  .opts<{ builds: number; rounds: number; seconds: number; connections: number[] }>();

const machine = describeMachine();
process.stdout.write(
  `${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}\n`,
);
await using resources = new AsyncDisposableStack();
const stack = await startOwnStack('bench-search');
resources.defer(() => stack.stop());
const [port, proxyPort] = [await reservePort(8100), await reservePort(8100)];
resources.defer(() => port.release());
resources.defer(() => proxyPort.release());
const env = { ...environmentWithoutServices(), ...stack.env, API_PORT: String(port.port), LOG_LEVEL: 'warn' };
const config = loadConfig(env);
await setUpStores(config, () => undefined);
const progress = reportProgress('Filling the index', options.builds);
const index = config.ELASTICSEARCH_INDEX;
const buildId = await fillIndex(createElasticsearchClient(config), index, options.builds, progress.update);
progress.end();
const api = `http://127.0.0.1:${port.port}/api/search`;
const urls = {
  api,
  proxy: `http://127.0.0.1:${proxyPort.port}/`,
  elasticsearch: `${config.ELASTICSEARCH_URL}/${index}/_search?rest_total_hits_as_int=true`,
};
for (const [name, program, ...args] of [
  ['API', 'cli/main.ts', 'api'],
  ['proxy', 'bench/search/bare-proxy.ts', String(proxyPort.port), urls.elasticsearch],
] as const) {
  const started = await spawnManaged({
    name,
    command: process.execPath,
    args: [join(import.meta.dirname, '..', program), ...args],
    env,
    logFile: join(stack.paths.logsDir, `${name}.log`),
    ready: async () => (await fetch(name === 'API' ? new URL('/__lbheartbeat__', api) : urls.proxy)).ok,
  });
  resources.defer(async () => void (await started.stop()));
}

type Side = keyof typeof urls;
const sidesInOrder = ['elasticsearch', 'proxy', 'api'] as const satisfies Side[];
const results = new Map<string, LoadResult[]>();
const searches = Object.entries(queries).map(([name, query]) => {
  // No two searches are equal, so no result comes from a cache.
  const must_not = { term: { 'build.id': '[<id>]' } };
  const different = { ...query, query: { bool: { must: query.query ?? { match_all: {} }, must_not } } };
  const text = JSON.stringify(different).replace('@BUILD_ID', buildId);
  const body = JSON.stringify(checkSearch(JSON.parse(text), config).body);
  return {
    name,
    sides: { api: text, proxy: body, elasticsearch: body } satisfies Record<Side, string>,
  };
});
for (let round = 0; round <= options.rounds; round++) {
  process.stdout.write(round === 0 ? 'Warming up\n' : `Round ${round} of ${options.rounds}\n`);
  for (const { name, sides } of searches) {
    for (const connections of options.connections) {
      // Each round begins with another one, so that none always runs on caches that the others have filled.
      const first = round % sidesInOrder.length;
      for (const side of [...sidesInOrder.slice(first), ...sidesInOrder.slice(0, first)]) {
        const result = await load(urls[side], sides[side], {
          connections,
          seconds: round === 0 ? 1 : options.seconds,
        });
        const key = `${name}|${connections}|${side}`;
        if (round > 0) results.set(key, [...(results.get(key) ?? []), result]);
        await sleep(100);
      }
    }
  }
}
const median = (key: string, field: keyof LoadResult) =>
  percentile(
    (results.get(key) ?? []).map((result) => result[field]),
    50,
  );
const shown = sidesInOrder.toReversed();
const rows = searches.flatMap(({ name }) =>
  options.connections.map((connections) => {
    const keys = shown.map((side) => `${name}|${connections}|${side}`);
    const rates = keys.map((key) => median(key, 'requestsPerSecond'));
    const [measuredApi = 0, proxied = 0, direct = 0] = rates;
    const measured = keys.flatMap((key, side) => [
      (rates[side] ?? 0).toFixed(0),
      `${median(key, 'p50')} / ${median(key, 'p99')}`,
    ]);
    const ratios = [measuredApi / direct, measuredApi / proxied];
    return [name, String(connections), ...measured, ...ratios.map((ratio) => `${(ratio * 100).toFixed(0)}%`)];
  }),
);
const p = 'p50 / p99 ms';
const head = [
  'search',
  'connections',
  ...['API', 'proxy', 'ES'].flatMap((side) => [`${side}, req/s`, p]),
  'API of ES',
  'API of proxy',
];
process.stdout.write(`\n${formatTable([head, ...rows])}\n`);
