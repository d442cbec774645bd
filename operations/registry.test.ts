import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { formatDuration, moment, momentOf, parseDuration } from './durations.ts';
import { operationNamed, operationOfType, operations } from './registry.ts';

const settings = { ELASTICSEARCH_INDEX: 'buildhub2', S3_BUCKET: 'builds', TEMPORAL_TASK_QUEUE: 'q' };

describe.each(operations)('$name', (operation) => {
  it('has inputs that commands and forms can be made from', () => {
    const { properties = {}, additionalProperties } = z.toJSONSchema(operation.input, { io: 'input' });
    expect(additionalProperties).toBe(false);
    for (const [name, member] of Object.entries(properties as Record<string, Record<string, unknown>>)) {
      expect(name).toMatch(/^[a-z_]+$/);
      expect(member).toMatchObject({ description: expect.stringMatching(/^[A-Z].*[^.]$/) });
      expect(['string', 'number', 'integer', 'boolean', 'array']).toContain(member.type);
    }
  });

  it('has examples that are valid, an id and a summary', () => {
    for (const { input } of operation.examples) {
      const read = operation.input.parse(input);
      expect(operation.workflowId(read, settings)).toMatch(/^[a-z-]+[:@]/);
      expect(operation.summary(read, settings)).toMatch(/^[A-Z]/);
    }
  });
});

it('reindex, roll-back and drop take turns; backfills run side by side', () => {
  const id = (name: string) => operationNamed(name).workflowId({ prefix: 'pub/ü' }, settings);
  expect(['reindex', 'roll-back', 'drop-indexes'].map(id)).toEqual(Array(3).fill('reindex:buildhub2'));
  expect(id('backfill')).toMatch(/^backfill:builds\/pub\/_@2\d{3}-/);
});

it('an ingestion is not an operation', () => {
  expect(operationOfType('rollBack')?.name).toBe('roll-back');
  expect(operationOfType('ingestMessage')).toBeUndefined();
});

it.each([
  ['backfill', { keys: ['k'], inventory: 's3://b/manifest.json' }],
  ['backfill', { validate: true }],
  ['backfill', { inventory: 'manifest.json' }],
  ['backfill', { keys: ['a\0b'] }],
  ['backfill', { objects_per_second: 1 }],
  ['drop-indexes', { names: ['a'], keep: 1 }],
  ['retry', { scope: 'messages', prefix: 'pub/' }],
  ['retry', { scope: 'all', since: 'yesterday' }],
])('%s refuses %j', (name, input) => {
  expect(operationNamed(name).input.safeParse(input).success).toBe(false);
});

test.each([
  ['30m', 1_800_000],
  ['6h', 21_600_000],
  ['7d', 604_800_000],
])('%s is %d ms, and back', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each(['', '6', 'h', '0h', '-1h', '1.5h', '6 h', '6s', 'often'])('%j is not a time span', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('a span that was set elsewhere is written too', () => {
  expect([5_400_000, 172_800_000, 10_000].map(formatDuration)).toEqual(['90m', '2d', '10s']);
});

test('a moment is a date, a time in UTC, or a time ago', () => {
  expect(momentOf('2026-01-31')).toBe('2026-01-31T00:00:00.000Z');
  expect(momentOf('2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
  const ago = Date.now() - Date.parse(momentOf('90m') ?? '');
  expect(Math.abs(ago - 5_400_000)).toBeLessThan(1_000);
  for (const text of ['7', '2026', '2026-02-31', '31 January', '2026-01-31T12:00:00', 'yesterday', '0d'])
    expect(moment.safeParse(text).success, text).toBe(false);
});
