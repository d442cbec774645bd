import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBuildhub } from '../../tests/fixture/buildhub-process.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';

test('an API that is looking at stores that are away stops at once and in good order', async () => {
  await using sandbox = await createSandbox();
  const nowhere = '127.0.0.1:9';
  const api = await startBuildhub(['api'], {
    ...sandbox.env,
    API_PORT: '0',
    TEMPORAL_ADDRESS: nowhere,
    ELASTICSEARCH_URL: `http://${nowhere}`,
    SQS_DEAD_LETTER_QUEUE_URL: `http://${nowhere}/queue`,
  });
  const url = /"url":"([^"]+)"/.exec(readFileSync(api.logFile, 'utf8'))?.[1];
  const page = await (await fetch(`${url}/metrics`)).text();
  for (const store of ['temporal', 'elasticsearch'])
    expect(page).toContain(`buildhub_store_up{store="${store}"} 0`);
  // The look at Temporal has been given up by the scrape, and goes on behind it.
  await sleep(500);
  expect(await api.stop()).toEqual({ code: 0, signal: null });
  expect(readFileSync(api.logFile, 'utf8')).not.toContain('Channel has been shut down');
});
