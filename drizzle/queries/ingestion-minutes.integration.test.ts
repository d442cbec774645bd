import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { ingestionMinutes } from '../tables.ts';
import { addIngestionMinutes } from './ingestion-minutes.ts';
import { ingestionRate } from './ingestion-rate.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

const daysAgo = (days: number) => new Date(Math.floor(Date.now() / 60_000) * 60_000 - days * 86_400_000);
const minuteOf = (minute: Date, objects: number) => ({
  minute,
  objects,
  lagSum: 2 * objects,
  lagMax: 3,
  newestEventAt: minute,
});

it('minutes add up, and go once they are too old for every plot', async () => {
  const { database } = sandbox.postgres;
  const [now, month, old] = [daysAgo(0), daysAgo(29), daysAgo(91)];
  await database.insert(ingestionMinutes).values([minuteOf(old, 1), minuteOf(month, 2), minuteOf(now, 3)]);
  await addIngestionMinutes(database, []);
  expect(await database.select().from(ingestionMinutes)).toHaveLength(3);
  await addIngestionMinutes(database, [minuteOf(now, 4)]);
  const kept = await database.select().from(ingestionMinutes).orderBy(ingestionMinutes.minute);
  expect(kept).toMatchObject([
    { minute: month, objects: 2 },
    { minute: now, objects: 7, lagSum: 14 },
  ]);
  const buckets = await ingestionRate(database, 21_600, 120);
  expect(buckets.reduce((sum, { objects }) => sum + objects, 0)).toBe(9);
});
