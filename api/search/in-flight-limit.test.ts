import { expect, it } from 'vitest';
import { InFlightLimit } from './in-flight-limit.ts';
import { processLimits } from './request-budget.ts';

const busy = expect.objectContaining({ status: 503, headers: { 'Retry-After': '1' }, kind: 'busy' });

it('refuses what is beyond the limit at once, and makes room when something ends', () => {
  const running: number[] = [];
  const limit = new InFlightLimit(2, (count) => running.push(count));
  const { end } = limit.start();
  limit.start();
  expect(() => limit.start()).toThrow(busy);
  end();
  end();
  limit.start();
  expect(() => limit.start()).toThrow(busy);
  expect(running).toEqual([1, 2, 1, 2]);
});

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
