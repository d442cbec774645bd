import { describe, expect, it } from 'vitest';
import { z } from 'zod';
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

it.each(['backfill', 'reindex', 'retry'])('%s takes a rate limit to its workflow', async (name) => {
  const operation = operationNamed(name);
  const input = operation.input.parse({ rate_limit: 5, ...(name === 'retry' && { scope: 'all' }) });
  const prepared = await operation.prepare(input, { config: settings, storeKeys: async () => 'list' });
  expect(prepared.input).toMatchObject({ rateLimit: 5 });
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
