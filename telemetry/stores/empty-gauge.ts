import type { Gauge } from 'prom-client';

/** Takes every value from a gauge. One without labels has 0 after a reset, as after its creation; not even that is left. */
export function emptyGauge(gauge: Gauge<string>): void {
  gauge.reset();
  gauge.remove({});
}
