import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Panel = z.object({
  id: z.number(),
  title: z.string(),
  type: z.enum(['row', 'stat', 'timeseries']),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.object({ refId: z.string(), expr: z.string() })).default([]),
});

/** One panel of the dashboard. */
type Panel = z.output<typeof Panel>;

/** The panels of deploy/grafana/buildhub.json. */
export function readPanels(): Panel[] {
  const text = readFileSync(new URL('../grafana/buildhub.json', import.meta.url), 'utf8');
  return z.object({ panels: z.array(Panel) }).parse(JSON.parse(text)).panels;
}
