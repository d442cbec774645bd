import { type Client, ServiceError, type WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import type { Progress } from '../workflows/progress.ts';
import { readProgress, watchProgress } from './read-progress.ts';

/** As gRPC reports it, by way of the client. */
function failure(code: number): ServiceError {
  const cause = Object.assign(new Error(`${code}`), { code, details: '', metadata: {} });
  return new ServiceError('Failed', { cause });
}

/** Of a finished run, so that it is not moved on to now. */
function progress(phase: string): Progress {
  const startedAt = '2026-01-01T00:00:00.000Z';
  return { phase, startedAt, dryRun: false, unit: 'keys', done: 1, rate: 1, seconds: 1, facts: [] };
}
const [queried, kept] = [progress('done'), progress('cancelled')];

const client = { withDeadline: (_: number, ask: () => unknown) => ask() } as unknown as Client;

/** A workflow whose requests fail with these statuses, which no Temporal can be told to answer with. */
function handle({ describe: described, query }: { describe?: number; query?: number }): WorkflowHandle {
  return {
    workflowId: 'w',
    describe: async () => {
      if (described !== undefined) throw failure(described);
      return { status: { name: 'RUNNING' }, startTime: new Date(), memo: { progress: kept } };
    },
    query: async () => {
      if (query !== undefined) throw failure(query);
      return queried;
    },
  } as unknown as WorkflowHandle;
}

describe('how far a workflow is', () => {
  test('is what it tells', async () => {
    expect(await readProgress(client, handle({}))).toMatchObject({ progress: queried, isStale: false });
  });

  test.each([1, 2, 4, 8, 9, 10, 13])(
    'is what it told last, where the question ends with %i',
    async (query) => {
      expect(await readProgress(client, handle({ query }))).toMatchObject({
        progress: kept,
        isStale: true,
      });
    },
  );

  test.each([{ query: 14 }, { query: 7 }, { describe: 14 }, { describe: 16 }])(
    'is unknown where Temporal cannot be asked: %j',
    async (statuses) => {
      await expect(readProgress(client, handle(statuses))).rejects.toThrow('Failed');
    },
  );
});

describe('who watches', () => {
  test.each([1, 2, 4, 8, 9, 10, 13, 14])('goes on where Temporal answers with %i', async (code) => {
    expect(await watchProgress(client, handle({ describe: code }))).toBeUndefined();
  });

  test.each([3, 7, 12, 16])('is told of %i, which does not pass', async (code) => {
    await expect(watchProgress(client, handle({ describe: code }))).rejects.toThrow('Failed');
  });
});
