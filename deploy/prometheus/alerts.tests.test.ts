import { expect, test } from 'vitest';
import { readSelectors } from '../testing/promql.ts';
import { readRuleTests } from '../testing/read-rule-tests.ts';
import { readAlerts } from '../testing/read-rules.ts';

const { ruleFiles, tests } = readRuleTests();
const alerts = readAlerts();
const expected = tests.flatMap(({ alert_rule_test }) => alert_rule_test);

test('the tests are of these rules', () => {
  expect(ruleFiles).toEqual(['alerts.yaml']);
  const names = alerts.map(({ alert }) => alert);
  for (const { alertname } of expected) expect(names).toContain(alertname);
});

test.each(alerts.map(({ alert }) => alert))('%s is expected at some time, and not at another', (alert) => {
  const counts = expected
    .filter(({ alertname }) => alertname === alert)
    .map(({ exp_alerts }) => exp_alerts.length);
  expect(counts).toContainEqual(expect.toSatisfy((count: number) => count > 0));
  expect(counts).toContain(0);
});

test('every series of a test is one that an alert looks at', () => {
  const looked = new Set(alerts.flatMap(({ expr }) => readSelectors(expr)).map(({ metric }) => metric));
  for (const { name, input_series } of tests)
    for (const { series } of input_series)
      for (const { metric } of readSelectors(series)) expect(looked, name).toContain(metric);
});
