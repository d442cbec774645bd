import { afterAll, beforeAll, expect, test } from 'vitest';
import { adviceAboutMetrics, buildPromtool } from '../deploy/testing/promtool.ts';
import { urlOf } from '../tests/fixture/buildhub-process.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';
import { startThreeProcesses, stopThreeProcesses, type ThreeProcesses } from './testing/three-processes.ts';

let sandbox: Sandbox;
let processes: ThreeProcesses;

beforeAll(async () => {
  await buildPromtool();
  sandbox = await createSandbox();
  processes = await startThreeProcesses(sandbox);
  await fetch(`${urlOf(processes.api)}/api/search`, { method: 'POST', body: '{"size":0}' });
}, 600_000);

afterAll(async () => {
  await stopThreeProcesses(processes);
  await sandbox[Symbol.asyncDispose]();
});

test('Prometheus can read every page, and has no advice but about names of prom-client’s own', async () => {
  for (const process of Object.values(processes)) {
    const page = await (await fetch(`${urlOf(process)}/metrics`)).text();
    expect(page).toContain('buildhub_build_info');
    const advice = await adviceAboutMetrics(page);
    expect(advice.filter((line) => !line.startsWith('nodejs_active_'))).toEqual([]);
  }
});

test('reports what Prometheus cannot read, or would name differently', async () => {
  await expect(adviceAboutMetrics('buildhub{\n')).rejects.toThrow(/promtool check metrics/);
  expect(await adviceAboutMetrics('# TYPE x counter\nx 1\n')).not.toEqual([]);
});
