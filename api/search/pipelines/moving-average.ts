import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { bucketValue, type GapPolicy } from './bucket-value.ts';
import { valueResult } from './value-result.ts';

export type MovingModel = 'simple' | 'linear' | 'ewma';

/** What comes next after some values, by the models of Elasticsearch 6. */
const models: Readonly<Record<MovingModel, (values: readonly number[], alpha: number) => number>> = {
  simple: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  linear(values) {
    // The weights begin with a one too many, as they did in Elasticsearch.
    const weights = values.reduce((sum, _value, index) => sum + index + 1, 1);
    return values.reduce((sum, value, index) => sum + value * (index + 1), 0) / weights;
  },
  ewma: (values, alpha) =>
    values.reduce(
      (average, value, index) => (index === 0 ? value : value * alpha + average * (1 - alpha)),
      0,
    ),
};

/** `moving_avg`: in each bucket that has a value, the average of those in the window before it. */
export function movingAverage(
  buckets: readonly JsonObject[],
  options: {
    name: string;
    path: string;
    gaps: GapPolicy;
    meta: JsonValue | undefined;
    window: number;
    model: MovingModel;
    alpha: number;
  },
): void {
  const { name, path, gaps, meta, window, model, alpha } = options;
  const seen: number[] = [];
  for (const bucket of buckets) {
    const value = bucketValue(bucket, path, gaps);
    if (value === undefined || Number.isNaN(value)) continue;
    if (seen.length > 0) bucket.set(name, valueResult(models[model](seen.slice(-window), alpha), meta));
    seen.push(value);
  }
}
