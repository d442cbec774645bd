import { expect, test } from 'vitest';
import { mutants } from './mutants/mutants.ts';
import { checkEdits } from './mutants.ts';
import { edgeNames, faultName, lengthOf, planFaults, processNames, serviceNames } from './plan-faults.ts';
import { planLoad } from './plan-load.ts';

const faultOptions = { seed: 7, count: 200, shortest: 1, longest: 20 };
const loadOptions = { seed: 7, builds: 400, length: 100, silent: 5 };

test('the same seed gives the same faults and the same load, another seed gives others', () => {
  expect(planFaults(faultOptions)).toEqual(planFaults(faultOptions));
  expect(planFaults({ ...faultOptions, seed: 8 })).not.toEqual(planFaults(faultOptions));
  expect(planLoad(loadOptions)).toEqual(planLoad(loadOptions));
  expect(planLoad({ ...loadOptions, seed: 8 })).not.toEqual(planLoad(loadOptions));
});

test('faults last 1 to 20 s, several are there at once, and no target has two at the same time', () => {
  const faults = planFaults(faultOptions);
  expect(faults).toHaveLength(200);
  const ends = new Map<string, number>();
  for (const fault of faults) {
    expect(fault.seconds).toBeGreaterThanOrEqual(1);
    expect(fault.seconds).toBeLessThanOrEqual(20);
    const target = `${fault.where} ${fault.target}`;
    expect(fault.at).toBeGreaterThanOrEqual(ends.get(target) ?? 0);
    ends.set(target, fault.at + fault.seconds);
  }
  const isShared = faults.some(({ at }, index) => at === faults[index - 1]?.at);
  expect(isShared).toBe(true);
  expect(lengthOf(faults)).toBeGreaterThan(200);
});

test('every target is broken, in every way that fits it', () => {
  const names = new Set(planFaults({ ...faultOptions, count: 2_000 }).map(faultName));
  for (const name of processNames)
    for (const kind of ['kill', 'terminate', 'freeze']) expect(names).toContain(`process ${name} ${kind}`);
  for (const name of serviceNames) expect(names).toContain(`service ${name} freeze`);
  for (const name of edgeNames)
    for (const kind of ['reset', 'delay', 'half-open', 'cut'])
      expect(names).toContain(`edge ${name} ${kind}`);
  for (const name of [
    ...['postgres kill', 'postgres read-only', 'postgres no-connections', 'temporal kill'],
    ...['elasticsearch kill', 'elasticsearch write-block'],
  ])
    expect(names).toContain(`service ${name}`);
  for (const name of ['elasticsearch', 's3', 'sqs']) expect(names).toContain(`edge ${name} respond`);
  expect(
    [...names].filter((name) =>
      /edge (postgres|temporal) respond|service s3 kill|service sqs kill/.test(name),
    ),
  ).toEqual([]);
});

test('only the faults that are named are planned, and a name of none is refused', () => {
  const only = ['service postgres', 'edge s3 cut'];
  const names = new Set(planFaults({ ...faultOptions, only }).map(faultName));
  expect([...names].every((name) => only.some((begin) => name.startsWith(begin)))).toBe(true);
  expect(() => planFaults({ ...faultOptions, only: ['edge moon'] })).toThrow('no fault that begins with');
});

test('the load has every kind of object and event', () => {
  const { changes, unreadable } = planLoad(loadOptions);
  const byKey = Map.groupBy(changes, ({ key }) => key);
  const byBody = Map.groupBy(changes, ({ body }) => body);
  const has = (condition: (change: (typeof changes)[number]) => boolean) =>
    expect(changes.some(condition)).toBe(true);
  expect(byKey.size).toBeGreaterThan(400);
  expect(unreadable).toHaveLength(2);
  has(({ body }) => body === undefined);
  has(({ body }) => (body ?? '').length > 1_000_000);
  has(({ body }) => body !== undefined && !body.trimEnd().endsWith('}'));
  has(({ body, events }) => body !== undefined && events.length === 0);
  has(({ events }) => events.length > 1);
  has(({ events }) => (events[0] ?? 0) > 4);
  expect([...byKey.values()].some(({ length }) => length > 1)).toBe(true);
  expect([...byBody].some(([body, { length }]) => body !== undefined && length > 1)).toBe(true);
  expect(changes.map(({ at }) => at)).toEqual(changes.map(({ at }) => at).sort((a, b) => a - b));
});

test.each(mutants)('the source still has what the mutant $name replaces', (mutant) => {
  expect(() => checkEdits(mutant)).not.toThrow();
});
