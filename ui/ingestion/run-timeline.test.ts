import { expect, it } from 'vitest';
import { placeOnLine } from './run-timeline.tsx';

const at = (second: number) => new Date(second * 1_000).toISOString();
const run = { started_at: at(0), ended_at: at(10) };

it('places a step in its run', () => {
  expect(placeOnLine({ started_at: at(2), ended_at: at(5) }, run)).toEqual({ left: 20, width: 30 });
});

it('shows the shortest step, at the end too', () => {
  expect(placeOnLine({ started_at: at(10), ended_at: at(10) }, run)).toEqual({ left: 99, width: 1 });
});

it('lets what has not ended go on until now', () => {
  const open = { started_at: at(0), ended_at: null };
  expect(placeOnLine({ started_at: at(5), ended_at: null }, open, 20_000)).toEqual({ left: 25, width: 75 });
});
