import { expect, it } from 'vitest';
import { InFlightLimit } from './in-flight-limit.ts';
import { processLimits } from './request-budget.ts';

const busy = expect.objectContaining({ status: 503, headers: { 'Retry-After': '1' }, kind: 'busy' });

it('limits the memory that all searches may take together', () => {
  const limit = new InFlightLimit(10);
  const { end } = limit.start(processLimits.aggregationBytes);
  expect(() => limit.start(1)).toThrow(busy);
  limit.start();
  end();
  limit.start(1);
});

it('limits the memory that all responses may take together', () => {
  const limit = new InFlightLimit(10);
  const [one, other] = [limit.start(), limit.start()];
  one.hold(processLimits.responseBytes);
  expect(() => other.hold(1)).toThrow(busy);
  one.end();
  other.hold(1);
});
