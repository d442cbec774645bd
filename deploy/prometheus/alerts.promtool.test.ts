import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildPromtool, promtool } from '../testing/promtool.ts';
import { readAlerts } from '../testing/read-rules.ts';

const rules = join(import.meta.dirname, 'alerts.yaml');
const tests = join(import.meta.dirname, 'alerts.tests.yaml');

beforeAll(buildPromtool);

test('Prometheus can read every rule, and has no advice about them', async () => {
  const said = await promtool('check', 'rules', '--lint=all', '--lint-fatal', rules);
  expect(said).toContain(`SUCCESS: ${readAlerts().length} rules found`);
});

test('each alert fires when it should, and only then', async () => {
  expect(await promtool('test', 'rules', tests)).toContain('SUCCESS');
});
