import { join } from 'node:path';
import { Command } from 'commander';
import { parseCount } from '../cli/input-flags.ts';
import { buildPage } from '../cli/local/build-page.ts';
import { setUpStores } from '../cli/setup.ts';
import { reportProgress } from '../cli/terminal.ts';
import { loadConfig } from '../config/config.ts';
import { createElasticsearchClient } from '../elasticsearch/client.ts';
import { reservePort } from '../stack/lock.ts';
import { spawnManaged } from '../stack/managed-process.ts';
import { environmentWithoutServices, startOwnStack } from '../tests/fixture/own-stack.ts';
import { startBrowser } from '../ui/testing/browser.ts';
import { describeMachine } from './measure/machine.ts';
import { percentile } from './measure/spread.ts';
import { formatTable } from './measure/table.ts';
import { type ColdOpen, openCold } from './page/open-cold.ts';
import { fillIndex } from './search/fill-index.ts';

const options = new Command('npm run bench -- page')
  .description(
    'When a person sees builds after opening the search page for the first time: a new browser context with nothing ' +
      'cached for each open. Starts all services itself, unless an address is given.',
  )
  .option('--opens <number>', 'cold opens that are counted', parseCount, 20)
  .option('--builds <number>', 'builds in the index', parseCount, 20_000)
  .option('--path <path>', 'what is opened', '/')
  .option('--url <url>', 'a Buildhub that runs already')
  .parse()
  .opts<{ opens: number; builds: number; path: string; url?: string }>();

await using resources = new AsyncDisposableStack();
const url = options.url ?? (await startApi());
const browser = resources.use(await startBrowser(url));
const opens: ColdOpen[] = [];
process.stdout.write(`Opening ${new URL(options.path, url)}\n`);
// The first meets an API whose code is not compiled yet; it has a column of its own.
for (let open = 0; open <= options.opens; open++) opens.push(await openCold(browser, options.path));
const [first, ...counted] = opens;

const machine = describeMachine();
process.stdout.write(
  `${machine.cores} cores of ${machine.processor}, Node ${machine.node}, load ${machine.load.join(' ')}\n\n`,
);
const milestones = [
  ['HTML', 'html'],
  ['last script', 'scripts'],
  ['search sent', 'searchSent'],
  ['search response', 'searchDone'],
  ['rows on the screen', 'rows'],
] as const satisfies [string, keyof ColdOpen][];
const column = (field: keyof ColdOpen) => counted.map((open) => open[field]);
const rows = milestones.map(([name, field]) => [
  name,
  percentile(column(field), 50).toFixed(0),
  Math.max(...column(field)).toFixed(0),
  first?.[field].toFixed(0) ?? '',
]);
process.stdout.write(
  `${formatTable([['ms after the navigation began', 'median', 'worst', 'very first'], ...rows])}\n`,
);
const last = counted.at(-1) ?? first;
if (last) {
  const { scriptBytes, styleBytes, responseBytes, searches, requests } = last;
  process.stdout.write(
    `\n${requests} requests, ${searches} of them searches; as sent: scripts ${kilobytes(scriptBytes)}, styles ${kilobytes(styleBytes)}, search responses ${kilobytes(responseBytes)}\n`,
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

async function startApi(): Promise<string> {
  const stack = await startOwnStack('bench-page');
  resources.defer(() => stack.stop());
  const { port, release } = await reservePort(8100);
  resources.defer(() => release());
  const env = { ...environmentWithoutServices(), ...stack.env, API_PORT: String(port), LOG_LEVEL: 'warn' };
  const config = loadConfig(env);
  await setUpStores(config, () => undefined);
  const progress = reportProgress('Filling the index', options.builds);
  await fillIndex(
    createElasticsearchClient(config),
    config.ELASTICSEARCH_INDEX,
    options.builds,
    progress.update,
  );
  progress.end();
  await buildPage();
  const address = `http://127.0.0.1:${port}`;
  const api = await spawnManaged({
    name: 'API',
    command: process.execPath,
    args: [join(import.meta.dirname, '..', 'cli', 'main.ts'), 'api'],
    env,
    logFile: join(stack.paths.logsDir, 'api.log'),
    ready: async () => (await fetch(`${address}/__lbheartbeat__`)).ok,
  });
  resources.defer(async () => void (await api.stop()));
  return address;
}
