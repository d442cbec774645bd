import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordObjects } from '../drizzle/queries/record-object.ts';
import { s3Objects } from '../drizzle/tables.ts';
import { startRetryFailed } from '../temporal/start-retry.ts';
import type { RetryFailedInput } from '../workflows/retry-failed.ts';
import { eventually } from './fixture/eventually.ts';
import { putBroken } from './fixture/put-broken.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { createWorkingSandbox, type WorkingSandbox } from './fixture/working-sandbox.ts';

let sandbox: WorkingSandbox;
let silent: SilentBucket;

beforeAll(async () => {
  sandbox = await createWorkingSandbox(77);
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await sandbox.postgres.database.delete(s3Objects);
  silent = await createSilentBucket(sandbox);
});

async function retry(input: RetryFailedInput) {
  const handle = await startRetryFailed(
    sandbox.temporal,
    sandbox.config.TEMPORAL_TASK_QUEUE,
    input,
    'a test',
  );
  return await handle.result();
}

describe('a retry of many', () => {
  test('is of a selection: by reason, outcome and prefix; what was mended is ingested, the rest is told', async () => {
    const bodies = ['a', 'b', 'c'].map(
      (name) => [`mended/${name}/buildhub.json`, sandbox.freshBuild()] as const,
    );
    for (const [key] of bodies) await putBroken(sandbox, silent, key, '[]');
    await putBroken(sandbox, silent, 'mended/d/buildhub.json', '[]');
    await putBroken(sandbox, silent, 'elsewhere/buildhub.json', '[]');
    await putBroken(sandbox, silent, 'mended/e/buildhub.json', '{"build": {}}');
    for (const [key, body] of bodies) await silent.put(key, body);
    const report = await sandbox.command(
      'failures',
      'retry',
      '--prefix',
      'mended/',
      '--reason',
      'must be object',
      '--json',
    );
    expect(report, report.stderr).toMatchObject({ code: 3 });
    expect(JSON.parse(report.stdout)).toMatchObject({
      phase: 'done',
      total: 4,
      open: 0,
      outcomes: { ingested: 3, invalid: 1 },
      stillFailing: [{ workflowId: `retry:${silent.bucket}/mended/d/buildhub.json@attempt-2` }].map(
        ({ workflowId }) => ({ workflowId, reason: expect.stringMatching(/must be object/) }),
      ),
    });
    const attempts = Object.fromEntries((await silent.objects()).map((row) => [row.key, row.attempts]));
    expect(attempts).toEqual({
      'elsewhere/buildhub.json': 1,
      'mended/a/buildhub.json': 2,
      'mended/b/buildhub.json': 2,
      'mended/c/buildhub.json': 2,
      'mended/d/buildhub.json': 2,
      'mended/e/buildhub.json': 1,
    });
  });

  test('pages through more than fit into one, each once, no faster than it may', async () => {
    const outcomes = Array.from({ length: 230 }, (_, n) => ({
      bucket: silent.bucket,
      key: `gone/${String(n).padStart(3, '0')}/buildhub.json`,
      outcome: 'missing' as const,
      reason: 'gone',
      workflowId: 'w',
      runId: 'r',
    }));
    await recordObjects(sandbox.postgres.database, outcomes);
    const came = sandbox.freshBuild();
    await silent.put('gone/117/buildhub.json', came);
    const began = Date.now();
    const report = await retry({ selection: { objects: { outcomes: ['missing'] } }, perSecond: 50 });
    expect(230 / ((Date.now() - began) / 1_000)).toBeLessThanOrEqual(50);
    expect(report).toMatchObject({ phase: 'done', total: 230, outcomes: { missing: 229, ingested: 1 } });
    expect(report.stillFailing).toHaveLength(10);
    const rows = await silent.objects();
    expect(rows.every(({ attempts }) => attempts === 2)).toBe(true);
    expect(rows.filter(({ outcome }) => outcome === 'ingested').map(({ key }) => key)).toEqual([
      'gone/117/buildhub.json',
    ]);
  });

  /** Records objects that are not there. */
  async function missing(count: number): Promise<void> {
    const outcomes = Array.from({ length: count }, (_, n) => ({
      bucket: silent.bucket,
      key: `away/${n}/buildhub.json`,
      outcome: 'missing' as const,
      reason: 'gone',
      workflowId: 'w',
      runId: 'r',
    }));
    await recordObjects(sandbox.postgres.database, outcomes);
  }

  test('can be paused, limited, resumed, watched and cancelled from the command line', async () => {
    await missing(60);
    const failuresRetry = async (...args: string[]) => {
      const { code, stdout, stderr } = await sandbox.command('failures', 'retry', ...args);
      expect(code, stderr).toBe(0);
      return stdout;
    };
    const id = await failuresRetry('--all', '--rate', '3', '--detach');
    const retried = async () => (await silent.objects()).filter(({ attempts }) => attempts > 1).length;
    await eventually('some retries', async () => ((await retried()) >= 3 ? true : undefined));
    expect(await failuresRetry('pause')).toContain(`${id}: pausing`);
    const status = async () => JSON.parse(await failuresRetry('status', '--json')) as { progress: object };
    const paused = await eventually('the pause', async () => {
      const state = await status();
      return 'open' in state.progress && state.progress.open === 0 ? state : undefined;
    });
    expect(paused).toMatchObject({
      workflowId: id,
      status: 'RUNNING',
      progress: { phase: 'paused', total: 60, retriesPerSecond: 3 },
    });
    const shown = await failuresRetry('status');
    expect(shown).toMatch(/^retry-failed@.*Z: \d+ missing, in /);
    expect(shown).toMatch(/paused: \d+ of 60 retried, 0 open, at most 3\/s$/);
    const before = await retried();
    expect(await failuresRetry('limit', '0.01', id)).toBe(`${id}: at most 0.01 per second from now on`);
    expect(await failuresRetry('resume', id)).toBe(`${id}: going on`);
    // One may begin at once; the next would have to wait for a hundred seconds, had the limit not been lifted.
    await eventually('another one', async () => ((await retried()) > before ? true : undefined));
    expect(await failuresRetry('limit', 'none')).toBe(`${id}: no limit any more`);
    const watched = await sandbox.command('failures', 'retry', 'status', '--watch');
    expect(watched).toMatchObject({ code: 3, stderr: expect.stringContaining('done: 60 of 60 retried') });
    expect(watched.stdout).toContain(`${id}: 60 missing, in`);
    expect(await sandbox.command('failures', 'retry', 'pause')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No retry of failures is running'),
    });
    expect(await sandbox.command('failures', 'retry', 'cancel', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has ended already'),
    });
  });

  test('is cancelled from the command line, which says so by its exit code', async () => {
    await missing(30);
    const { stdout: id } = await sandbox.command('failures', 'retry', '--all', '--rate', '0.5', '--detach');
    expect(await sandbox.command('failures', 'retry', 'cancel')).toMatchObject({ code: 0 });
    const watched = await sandbox.command('failures', 'retry', 'status', id, '--watch', '--json');
    expect(watched.code).toBe(4);
    expect(JSON.parse(watched.stdout)).toMatchObject({ workflowId: id, phase: 'cancelled', total: 30 });
  });

  test('can be paused, resumed and cancelled; what was begun goes on by itself', async () => {
    await missing(60);
    const handle = await startRetryFailed(
      sandbox.temporal,
      sandbox.config.TEMPORAL_TASK_QUEUE,
      { selection: { objects: {} }, perSecond: 4 },
      'a test',
    );
    const retried = async () => (await silent.objects()).filter(({ attempts }) => attempts > 1).length;
    await eventually('some retries', async () => ((await retried()) >= 5 ? true : undefined));
    await handle.signal('pause');
    await eventually('the pause', async () => {
      const { phase, open } = await handle.query<{ phase: string; open: number }>('progress');
      return phase === 'paused' && open === 0 ? true : undefined;
    });
    const paused = await retried();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await retried()).toBe(paused);
    await handle.signal('resume');
    await eventually('more retries', async () => ((await retried()) > paused + 3 ? true : undefined));
    await handle.cancel();
    const report = await handle.result();
    expect(report).toMatchObject({ phase: 'cancelled', total: 60 });
    expect(await retried()).toBeLessThan(60);
  });
});
