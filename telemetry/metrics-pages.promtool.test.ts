import { beforeAll, expect, test } from 'vitest';
import { adviceAboutMetrics, buildPromtool } from '../deploy/testing/promtool.ts';
import { urlOf } from '../tests/fixture/buildhub-process.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../tests/fixture/sandbox.ts';
import { startThreeProcesses } from './testing/three-processes.ts';

beforeAll(buildPromtool);
const sandbox = forAllTests(createSandbox);
const processes = forAllTests(() => startThreeProcesses(sandbox));
beforeAll(() => fetch(`${urlOf(processes.api)}/api/search`, { method: 'POST', body: '{"size":0}' }));

test('Prometheus can read every page, and has no advice but about names of prom-client’s own', async () => {
  for (const process of processes.all) {
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
