import { expect, it } from 'vitest';
import type { IngestionMinute } from '../drizzle/queries/ingestion-minutes.ts';
import { IngestionMinutes } from './ingestion-minutes.ts';

const minute = Date.parse('2026-01-01T12:00:00Z');

it('adds up what is ingested in each minute', async () => {
  const minutes = new IngestionMinutes();
  minutes.add(minute, minute + 2_000);
  minutes.add(minute + 10_000, minute + 14_000);
  minutes.add(minute + 70_000, minute + 69_000);
  let written: IngestionMinute[] = [];
  await minutes.take(async (taken) => {
    written = taken;
  });
  expect(written).toEqual([
    { minute: new Date(minute), objects: 2, lagSum: 6, lagMax: 4, newestEventAt: new Date(minute + 10_000) },
    {
      minute: new Date(minute + 60_000),
      objects: 1,
      lagSum: 0,
      lagMax: 0,
      newestEventAt: new Date(minute + 70_000),
    },
  ]);
  await minutes.take(() => Promise.reject(new Error('there is nothing to be written')));
});

it('keeps what could not be written, together with what comes meanwhile', async () => {
  const minutes = new IngestionMinutes();
  minutes.add(minute, minute + 1_000);
  await expect(
    minutes.take(async () => {
      minutes.add(minute, minute + 3_000);
      throw new Error('PostgreSQL is away');
    }),
  ).rejects.toThrow('PostgreSQL is away');
  await minutes.take(async (taken) => {
    expect(taken).toMatchObject([{ objects: 2, lagSum: 4, lagMax: 3 }]);
  });
});
