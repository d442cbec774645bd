import { buildPage } from '../../cli/local/build-page.ts';
import { startBuildhub, urlOf } from '../../tests/fixture/buildhub-process.ts';
import { startFailingProxy } from '../../tests/fixture/failing-proxy.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { startBrowser } from './browser.ts';

export const operationsToken = 'a-token-for-tests';

/**
 * Starts a Buildhub in a sandbox, worker and API as processes of their own, and a browser that opens its page. The API
 * reaches Elasticsearch through a proxy that can fail.
 */
export async function startPageSystem() {
  await using started = new AsyncDisposableStack();
  await buildPage();
  const sandbox = started.use(await createSandbox({ OPERATIONS_TOKEN: operationsToken, API_PORT: '0' }));
  const elasticsearch = started.use(await startFailingProxy(sandbox.config.ELASTICSEARCH_URL));
  const processes = [
    startBuildhub(['worker'], sandbox.env),
    startBuildhub(['api'], { ...sandbox.env, ELASTICSEARCH_URL: elasticsearch.url }),
  ];
  for (const process of processes) started.defer(async () => void (await (await process).stop()));
  const [, api] = await Promise.all(processes);
  const url = api ? urlOf(api) : '';
  const browser = started.use(await startBrowser(url));
  const resources = started.move();
  return { sandbox, url, elasticsearch, browser, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
