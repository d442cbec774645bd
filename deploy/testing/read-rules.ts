import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';

const Rule = z.strictObject({
  alert: z.string().regex(/^Buildhub[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: z.string().regex(/\.$/), runbook_url: z.string() }),
});

const Rules = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(Rule).nonempty() })).nonempty(),
});

/** An alert as Prometheus reads it. */
type Alert = z.output<typeof Rule>;

/** Every alert of deploy/prometheus/alerts.yaml; another key than those above is a typing error, or new here. */
export function readAlerts(): Alert[] {
  const text = readFileSync(new URL('../prometheus/alerts.yaml', import.meta.url), 'utf8');
  return Rules.parse(load(text)).groups.flatMap(({ rules }) => rules);
}
