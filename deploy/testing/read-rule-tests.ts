import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';

const Expected = z.strictObject({
  alertname: z.string(),
  eval_time: z.string(),
  exp_alerts: z.array(
    z.strictObject({
      exp_labels: z.record(z.string(), z.string()),
      exp_annotations: z.record(z.string(), z.string()),
    }),
  ),
});

const Tests = z.strictObject({
  rule_files: z.array(z.string()),
  evaluation_interval: z.string(),
  tests: z.array(
    z.strictObject({
      name: z.string(),
      input_series: z.array(z.strictObject({ series: z.string(), values: z.string() })),
      alert_rule_test: z.array(Expected).default([]),
      promql_expr_test: z.array(z.unknown()).default([]),
    }),
  ),
});

/** Series over time, and what alerts there are expected to be at which time. */
export type RuleTest = z.output<typeof Tests>['tests'][number];

/** What `promtool test rules` is to hold deploy/prometheus/alerts.yaml to, and the files of rules that it reads. */
export function readRuleTests(): {
  readonly ruleFiles: readonly string[];
  readonly tests: readonly RuleTest[];
} {
  const text = readFileSync(new URL('../prometheus/alerts.tests.yaml', import.meta.url), 'utf8');
  const { rule_files: ruleFiles, tests } = Tests.parse(load(text));
  return { ruleFiles, tests };
}
